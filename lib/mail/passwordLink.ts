import { hash, randomBytes } from "node:crypto";
import type { Realm } from "../auth/actor.ts";
import { inEachRealm } from "../auth/realms.ts";
import { after } from "../clock.ts";
import type { Context } from "../context.ts";
import type { Sql } from "../db/pool.ts";
import { statement, text, timestamp } from "../db/statement.ts";
import type { MailKind } from "./outgoingMail.ts";

const HOUR_MS = 3_600_000;
/** How long a link counts. */
export const LINK_HOURS: Readonly<Record<MailKind, number>> = { reset: 1, replaced: 72, invitation: 72 };

/**
 * Makes a link with which a user chooses a password, once. It is taken by the sign-in library, which looks for this hash of it.
 * What it holds stands behind a #: browsers send it to no server, and to no other page.
 */
export async function makePasswordLink(
  ctx: Context,
  sql: Sql,
  { kind, realm, userId }: { kind: MailKind; realm: Realm; userId: string },
): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  await KEEP_LINK[realm].run(sql, {
    id: ctx.newId(),
    hash: linkHash(token),
    userId,
    expiresAt: after(ctx.clock, LINK_HOURS[kind] * HOUR_MS),
    now: ctx.clock.now(),
  });
  const url = new URL(`/sign-in/new-password${realm === "company" ? "?realm=company" : ""}`, ctx.config.PUBLIC_URL);
  url.hash = token;
  return url.href;
}

const KEEP_LINK = inEachRealm(({ verifications }) =>
  statement({
    sql: `INSERT INTO "${verifications}" ("id", "identifier", "value", "expiresAt", "createdAt", "updatedAt")
          VALUES ($1, $2, $3, $4, $5, $5)`,
    params: { id: text, hash: text, userId: text, expiresAt: timestamp, now: timestamp },
  }),
);

/** Under what a link is stored. */
export function linkHash(token: string): string {
  return hash("sha256", `reset-password:${token}`, "base64url");
}
