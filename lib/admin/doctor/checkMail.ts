import type { Context } from "../../context.ts";
import { arrayOf, int, known, nullable, statement, text, timestamp } from "../../db/statement.ts";
import type { Finding } from "./invariant.ts";

/** Somebody waits for it: a process that sends mail looks every few seconds. */
const LATE_MINUTES = 10;

/** Mails that could not be sent, or that no process sends. Whoever waits for one is told nothing. */
export async function checkMail({ db, clock }: Pick<Context, "db" | "clock">): Promise<Finding[]> {
  const rows = await COUNT_UNSENT.rows(db, { now: clock.now() });
  return rows.map(({ failure, count, kinds }) => ({
    id: failure === null ? "mail-waiting" : "mail-not-sent",
    explanation:
      failure === null
        ? `Emails have been waiting for more than ${LATE_MINUTES} minutes.`
        : `Emails could not be sent: ${failure}`,
    count,
    examples: kinds,
    repaired: 0,
    advice:
      failure === null
        ? "Set SMTP_URL, MAIL_FROM and PUBLIC_URL for every process that runs schedulers, and start one."
        : "Check SMTP_URL and MAIL_FROM. Users can ask again, or get a one-time password.",
  }));
}

const COUNT_UNSENT = statement({
  sql: `SELECT "failure", count(*)::int AS "count", array_agg(DISTINCT "kind" ORDER BY "kind") AS "kinds" FROM "OutgoingMail"
         WHERE "failure" IS NOT NULL
            OR ("endedAt" IS NULL AND "attempts" = 0 AND "wantedAt" < $1::timestamptz - interval '${LATE_MINUTES} minutes')
         GROUP BY "failure" ORDER BY 1 LIMIT 10`,
  params: { now: timestamp },
  row: { failure: nullable(text), count: known(int), kinds: known(arrayOf(text)) },
});
