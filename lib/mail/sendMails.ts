import type { Realm } from "../auth/actor.ts";
import { ofOpenCompany } from "../auth/companyAccess.ts";
import { inEachRealm } from "../auth/realms.ts";
import type { Context } from "../context.ts";
import { int, nullable, type RowOf, statement, text, textOf, timestamp } from "../db/statement.ts";
import { mailText } from "./mailTexts.ts";
import { openMailTransport, whyNotSent } from "./mailTransport.ts";
import { canSendMail, type MailKind } from "./outgoingMail.ts";
import { makePasswordLink } from "./passwordLink.ts";

const LOOK_EVERY_MS = 2_000;
const MOST_ATTEMPTS = 6;
/** Longer than sending one can take: until then a mail is its process's alone. */
const FIRST_PAUSE_SECONDS = 60;

/** Sends what is wanted as it comes, until `ended`. Several processes may do so: each mail is one process's at a time. */
export async function sendMailsAsTheyCome(ctx: Context, ended: AbortSignal): Promise<void> {
  if (!canSendMail(ctx.config)) return;
  while (!ended.aborted) {
    try {
      await sendMails(ctx, ended);
    } catch (error) {
      ctx.log.error({ event: "mail.not_looked_for", error });
    }
    await ctx.clock.sleep(LOOK_EVERY_MS, ended);
  }
}

/** Sends the mails that are due, one after another. One that fails is tried again after a pause that doubles. */
export async function sendMails(ctx: Context, ended?: AbortSignal): Promise<void> {
  const { SMTP_URL } = ctx.config;
  let mail = SMTP_URL === undefined ? undefined : await takeNext(ctx);
  if (!mail || SMTP_URL === undefined) return;
  const transport = openMailTransport(SMTP_URL);
  // A mail server that does not answer holds no process back that ends.
  const giveUp = ended ? { signal: ended } : {};
  try {
    for (; mail && !ended?.aborted; mail = ended?.aborted ? undefined : await takeNext(ctx)) {
      await sendOne(ctx, mail, (message) => transport.sendMail({ ...message, ...giveUp }));
    }
  } finally {
    transport.close();
  }
}

type DueMail = RowOf<typeof TAKE_NEXT>;

interface Message {
  from: string | undefined;
  to: string;
  subject: string;
  text: string;
}

/** Whoever takes a mail has it until the pause that follows a failure is over. */
async function takeNext(ctx: Context): Promise<DueMail | undefined> {
  return TAKE_NEXT.first(ctx.db, { now: ctx.clock.now() });
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
    const failure = whyNotSent(error, email);
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
  return FIND_USER[realm].first(ctx.db, { email });
}

/** Of a mail that somebody has wanted once more meanwhile, or that another process has taken, nothing is noted. */
async function note(
  ctx: Context,
  { kind, realm, email, wantedAt, attempts }: DueMail,
  { failure, isOver }: { failure: string | null; isOver: boolean },
): Promise<void> {
  await NOTE.run(ctx.db, { kind, realm, email, failure, endedAt: isOver ? ctx.clock.now() : null, wantedAt, attempts });
}

const TAKE_NEXT = statement({
  sql: `UPDATE "OutgoingMail" m SET "attempts" = m."attempts" + 1,
               "notBefore" = $1::timestamptz + make_interval(secs => ${FIRST_PAUSE_SECONDS} * power(2, m."attempts"))
          FROM (SELECT "kind", "realm", "email" FROM "OutgoingMail" WHERE "endedAt" IS NULL AND "notBefore" <= $1
                 ORDER BY "notBefore" LIMIT 1 FOR UPDATE SKIP LOCKED) d
         WHERE (m."kind", m."realm", m."email") = (d."kind", d."realm", d."email")
        RETURNING m."kind", m."realm", m."email", m."attempts", m."wantedAt"`,
  params: { now: timestamp },
  row: { kind: textOf<MailKind>(), realm: textOf<Realm>(), email: text, attempts: int, wantedAt: timestamp },
});

const FIND_USER = inEachRealm(({ users }, realm) =>
  statement({
    sql: `SELECT u."id", u."name" FROM "${users}" u WHERE u."email" = $1 AND u."disabledAt" IS NULL ${ofOpenCompany(realm)}`,
    params: { email: text },
    row: { id: text, name: text },
  }),
);

const NOTE = statement({
  sql: `UPDATE "OutgoingMail" SET "failure" = $4, "endedAt" = $5
         WHERE "kind" = $1 AND "realm" = $2 AND "email" = $3 AND "wantedAt" = $6 AND "attempts" = $7`,
  params: {
    kind: textOf<MailKind>(),
    realm: textOf<Realm>(),
    email: text,
    failure: nullable(text),
    endedAt: nullable(timestamp),
    wantedAt: timestamp,
    attempts: int,
  },
});
