import { z } from "zod";
import { id, time } from "../../api/fields.ts";
import type { Realm } from "../../auth/actor.ts";
import { type Permission, permissionsOfCompanyRole, permissionsOfRole } from "../../auth/permissions.ts";
import { inEachRealm, REALMS } from "../../auth/realms.ts";
import { CompanyRole, PlatformRole } from "../../db/enums.ts";
import { bool, int, known, nullable, oneOf, statement, text, textOf, timestamp } from "../../db/statement.ts";

export const realm = z.enum(["platform", "company"]).default("platform").meta({
  description: "platform: users who run LiveDash. company: users who read one company's results.",
});

export const email = z.email().max(200);

export const byMail = z.boolean().default(false).meta({
  description: "Send a link by email, with which they choose a password, in place of answering a one-time password.",
});

export const oneTimePassword = z.string().nullable().meta({ description: "Null where a link is sent by email." });

export const anyRole = z.enum({ ...PlatformRole, ...CompanyRole });

/** What a role of this realm may. */
export function permissionsOf(of: Realm, role: PlatformRole | CompanyRole): ReadonlySet<Permission> {
  return of === "platform"
    ? permissionsOfRole(z.enum(PlatformRole).parse(role))
    : permissionsOfCompanyRole(z.enum(CompanyRole).parse(role));
}

/** A user as they are shown. */
export const userRow = z.object({
  id,
  realm: z.enum(["platform", "company"]),
  email: z.string(),
  name: z.string(),
  role: anyRole,
  companyId: z.string().nullable(),
  companyName: z.string().nullable(),
  twoFactorEnabled: z.boolean(),
  mustChangePassword: z.boolean(),
  disabledAt: time.nullable(),
  createdAt: time,
  sessions: z.number().int(),
  lastSeenAt: time.nullable(),
});

export type UserRow = z.input<typeof userRow>;

/** Selects users as they are shown, from a realm's tables, as `u`; what follows narrows and orders them. */
export function selectUsers(of: Realm): string {
  const { users, sessions } = REALMS[of];
  const company = of === "company" ? `u."companyId", c."name"` : "NULL::text, NULL::text";
  return `SELECT u."id", '${of}' AS "realm", u."email", u."name", u."role", company."companyId", company."companyName",
      u."twoFactorEnabled", u."mustChangePassword", u."disabledAt", u."createdAt", s."sessions", s."lastSeenAt"
    FROM "${users}" u ${of === "company" ? `JOIN "Company" c ON c."id" = u."companyId"` : ""}
    CROSS JOIN LATERAL (SELECT ${company}) AS company("companyId", "companyName")
    CROSS JOIN LATERAL (SELECT count(*)::int AS "sessions", max("updatedAt") AS "lastSeenAt"
                          FROM "${sessions}" WHERE "userId" = u."id" AND "expiresAt" > now()) s`;
}

/** The type of a realm's roles in the database. */
export const ROLE_OF = { platform: oneOf("PlatformRole", PlatformRole), company: oneOf("CompanyRole", CompanyRole) };

export const READ_USER = inEachRealm((_, realm) =>
  statement({
    sql: `${selectUsers(realm)} WHERE u."id" = $1`,
    params: { id: text },
    row: {
      id: text,
      realm: known(textOf<Realm>()),
      email: text,
      name: text,
      role: ROLE_OF[realm],
      companyId: nullable(text),
      companyName: nullable(text),
      twoFactorEnabled: bool,
      mustChangePassword: bool,
      disabledAt: nullable(timestamp),
      createdAt: timestamp,
      sessions: known(int),
      lastSeenAt: nullable(timestamp),
    },
  }),
);
