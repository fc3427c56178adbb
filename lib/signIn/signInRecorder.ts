import type { APIError, createAuthMiddleware } from "better-auth/api";
import { z } from "zod";
import { recordAudit } from "../audit/recordAudit.ts";
import type { Realm } from "../auth/actor.ts";
import { CLIENT_IP_HEADER, REQUEST_ID_HEADER } from "../auth/headers.ts";
import { inEachRealm, REALMS } from "../auth/realms.ts";
import type { Context } from "../context.ts";
import { nullable, statement, text } from "../db/statement.ts";
import { SessionRefused } from "./sessionGuard.ts";

/** A call of the sign-in library, as its hooks are given it. */
export type Call = Parameters<Parameters<typeof createAuthMiddleware>[0]>[0];

export interface Who {
  /** Null while they have not shown who they are. */
  id: string | null;
  name: string | null;
}

/** Writes what is done at the sign-in into the audit log, under the name of who does it. */
export function signInRecorder(ctx: Context, realm: Realm) {
  const { kind } = REALMS[realm];

  const record = (call: Call, action: string, outcome: "done" | "denied" | "failed", who: Who) =>
    recordAudit(ctx, ctx.db, {
      actor: who.id ? { kind, ...who, id: who.id } : { kind: "anonymous", ...who },
      action,
      outcome,
      from: call.headers?.get(CLIENT_IP_HEADER) ?? null,
      requestId: call.headers?.get(REQUEST_ID_HEADER) ?? null,
    });

  /** Whose session was refused, or whose second factor was not given: they have not signed in. */
  async function whoIsMeant(call: Call, refused: APIError): Promise<Who | undefined> {
    const cookie = call.context.createAuthCookie("two_factor");
    const challenge = await call.getSignedCookie(cookie.name, call.context.secret);
    const meant = await FIND_MEANT[realm].first(ctx.db, {
      userId: refused instanceof SessionRefused ? refused.userId : null,
      challenge: challenge || null,
    });
    return meant && { id: null, name: meant.name };
  }

  return { record, whoIsMeant };
}

const FIND_MEANT = inEachRealm(({ users, verifications }) =>
  statement({
    sql: `SELECT "email" AS "name" FROM "${users}"
           WHERE "id" = COALESCE($1, (SELECT "value" FROM "${verifications}" WHERE "identifier" = $2))`,
    params: { userId: nullable(text), challenge: nullable(text) },
    row: { name: text },
  }),
);

/** Somebody who says who they are. What is no address may be a password in the wrong field: it is not kept. */
export function named(email: unknown): Who {
  return { id: null, name: z.email().max(200).safeParse(email).data ?? null };
}
