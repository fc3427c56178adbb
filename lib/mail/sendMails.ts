import { createTransport } from "nodemailer";
import type { Realm } from "../auth/actor.ts";
import { OPEN_STATUSES } from "../auth/companyAccess.ts";
import { REALMS } from "../auth/realms.ts";
import type { Context } from "../context.ts";
import { codeOf, messageOf } from "../errors.ts";
import { mailText } from "./mailTexts.ts";
import { canSendMail, type WantedMail } from "./outgoingMail.ts";
import { makePasswordLink } from "./passwordLink.ts";

const LOOK_EVERY_MS = 2_000;
const MOST_AT_ONCE = 20;
const MOST_ATTEMPTS = 6;
const FIRST_PAUSE_SECONDS = 30;
const KEPT_HOURS = 24;
const MOST_OF_FAILURE = 300;
const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 };

/** Sends what is wanted as it comes, until `ended`. Several processes may do so: each mail is one process's at a time. */
export async function sendMailsAsTheyCome(ctx: Context, ended: AbortSignal): Promise<void> {
  if (!canSendMail(ctx.config)) return;
  while (!ended.aborted) {
    try {
      await sendMails(ctx);
    } catch (error) {
      ctx.log.error({ event: "mail.not_looked_for", error });
    }
    await ctx.clock.sleep(LOOK_EVERY_MS, ended);
  }
}

/** Sends the mails that are due. One that fails is tried again after a pause that doubles. */
export async function sendMails(ctx: Context): Promise<void> {
  const due = await takeDue(ctx);
  if (due.length === 0) return;
  const transport = createTransport({
    url: ctx.config.SMTP_URL,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...TIMEOUTS,
  });
  try {
    for (const mail of due) await sendOne(ctx, mail, (message) => transport.sendMail(message));
  } finally {
    transport.close();
  }
}

interface DueMail extends WantedMail {
  attempts: number;
}

interface Message {
  from: string | undefined;
  to: string;
  subject: string;
  text: string;
}

/** Whoever takes a mail has it until the pause that follows a failure is over. */
async function takeDue(ctx: Context): Promise<DueMail[]> {
  const now = ctx.clock.now();
  await ctx.db.query(`DELETE FROM "OutgoingMail" WHERE "endedAt" < $1::timestamptz - make_interval(hours => $2)`, [
    now,
    KEPT_HOURS,
  ]);
  const { rows } = await ctx.db.query<DueMail>(
    `UPDATE "OutgoingMail" m SET "attempts" = m."attempts" + 1,
            "notBefore" = $1::timestamptz + make_interval(secs => $2 * power(2, m."attempts"))
       FROM (SELECT "kind", "realm", "email" FROM "OutgoingMail" WHERE "endedAt" IS NULL AND "notBefore" <= $1
              ORDER BY "notBefore" LIMIT $3 FOR UPDATE SKIP LOCKED) d
      WHERE (m."kind", m."realm", m."email") = (d."kind", d."realm", d."email")
      RETURNING m."kind", m."realm", m."email", m."attempts"`,
    [now, FIRST_PAUSE_SECONDS, MOST_AT_ONCE],
  );
  return rows;
}

async function sendOne(ctx: Context, mail: DueMail, send: (message: Message) => Promise<unknown>): Promise<void> {
  const { kind, realm, email } = mail;
  const user = await findUser(ctx, realm, email);
  // Nobody has the address, or they are not let in: that is the end of it, and nobody is told.
  if (!user) return note(ctx, mail, { failure: null, isOver: true });
  try {
    const link = await makePasswordLink(ctx, ctx.db, { kind, realm, userId: user.id });
    await send({ from: ctx.config.MAIL_FROM, to: email, ...mailText(kind, { name: user.name, link }) });
  } catch (error) {
    const isLast = mail.attempts >= MOST_ATTEMPTS;
    // What the mail server says may name the address.
    const failure = (codeOf(error) ?? messageOf(error)).replaceAll(email, "[address]").slice(0, MOST_OF_FAILURE);
    ctx.log[isLast ? "error" : "warn"]({
      event: isLast ? "mail.given_up" : "mail.failed",
      kind,
      userId: user.id,
      failure,
    });
    return note(ctx, mail, { failure, isOver: isLast });
  }
  await note(ctx, mail, { failure: null, isOver: true });
  ctx.log.info({ event: "mail.sent", kind, userId: user.id });
}

async function findUser(ctx: Context, realm: Realm, email: string): Promise<{ id: string; name: string } | undefined> {
  const open =
    realm === "company"
      ? `AND EXISTS (SELECT 1 FROM "Company" c WHERE c."id" = u."companyId" AND c."status" IN ${OPEN_STATUSES})`
      : "";
  const { rows } = await ctx.db.query<{ id: string; name: string }>(
    `SELECT u."id", u."name" FROM "${REALMS[realm].users}" u WHERE u."email" = $1 AND u."disabledAt" IS NULL ${open}`,
    [email],
  );
  return rows[0];
}

async function note(
  ctx: Context,
  { kind, realm, email }: WantedMail,
  { failure, isOver }: { failure: string | null; isOver: boolean },
): Promise<void> {
  await ctx.db.query(
    `UPDATE "OutgoingMail" SET "failure" = $4, "endedAt" = $5 WHERE "kind" = $1 AND "realm" = $2 AND "email" = $3`,
    [kind, realm, email, failure, isOver ? ctx.clock.now() : null],
  );
}
