import { RefusedError } from "../api/errors.ts";
import type { Realm } from "../auth/actor.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config.ts";
import type { Sql } from "../db/pool.ts";
import { bool, statement, text, textOf, timestamp } from "../db/statement.ts";

/** `reset`: somebody has forgotten their password. `replaced`: an administrator has taken it. `invitation`: they are new here. */
export type MailKind = "reset" | "replaced" | "invitation";

export interface WantedMail {
  kind: MailKind;
  realm: Realm;
  email: string;
}

/** Whoever asks again and again for one address has so many mails sent, whichever realm they ask for. */
const ONE_IN_MINUTES = 5;
const MOST_IN_HOUR = 5;
const MOST_IN_DAY = 10;

export function canSendMail({ SMTP_URL, MAIL_FROM, PUBLIC_URL }: Config): boolean {
  return !!(SMTP_URL && MAIL_FROM && PUBLIC_URL);
}

/** @throws RefusedError `conflict` */
export function assertCanSendMail(config: Config): void {
  if (canSendMail(config)) return;
  throw new RefusedError(
    "conflict",
    "LiveDash is not set up to send email. Leave byMail out, or set SMTP_URL and MAIL_FROM.",
  );
}

/**
 * Notes that a mail is to be sent, whether or not somebody has the address: so neither the answer nor its time says who
 * exists. The link is made when the mail is sent, and is stored as a hash alone.
 * @param options.atOnce somebody wants it who may, so nothing holds it back
 */
export async function wantMail(
  { clock }: { clock: Clock },
  sql: Sql,
  { kind, realm, email }: WantedMail,
  { atOnce = false }: { atOnce?: boolean } = {},
): Promise<void> {
  const address = email.trim().toLowerCase();
  await WANT.run(sql, { kind, realm, email: address, now: clock.now(), atOnce });
}

const WANT = statement({
  sql: `
  WITH asked AS (
    SELECT count(*) FILTER (WHERE t > $4::timestamptz - interval '1 hour') AS "hour", count(*) AS "day"
      FROM "OutgoingMail", unnest("recent") t WHERE "kind" = $1 AND "email" = $3 AND t > $4::timestamptz - interval '1 day')
  INSERT INTO "OutgoingMail" AS m ("kind", "realm", "email", "wantedAt", "notBefore", "recent")
  SELECT $1, $2, $3, $4, $4, ARRAY[$4::timestamptz] FROM asked WHERE $5 OR ("hour" < ${MOST_IN_HOUR} AND "day" < ${MOST_IN_DAY})
  ON CONFLICT ("kind", "realm", "email") DO UPDATE
     SET "wantedAt" = $4, "notBefore" = $4, "attempts" = 0, "endedAt" = NULL, "failure" = NULL,
         "recent" = ARRAY(SELECT t FROM unnest(m."recent") t WHERE t > $4::timestamptz - interval '1 day') || $4::timestamptz
   WHERE $5 OR (m."endedAt" IS NOT NULL AND m."wantedAt" < $4::timestamptz - interval '${ONE_IN_MINUTES} minutes')`,
  params: { kind: textOf<MailKind>(), realm: textOf<Realm>(), email: text, now: timestamp, atOnce: bool },
});
