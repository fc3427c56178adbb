import { z } from "zod";
import { notFound, RefusedError } from "../../api/errors.ts";
import { id } from "../../api/fields.ts";
import { whyClosed } from "../../auth/companyAccess.ts";
import {
  COMPANY_KEY_SCOPES,
  type Permission,
  PLATFORM_PERMISSION_NAMES,
  permissionsOfCompanyKey,
  permissionsOfRole,
} from "../../auth/permissions.ts";
import { CompanyStatus, PlatformRole } from "../../db/enums.ts";
import type { Transaction } from "../../db/pool.ts";
import { nullable, oneOf, statement, text, timestamp } from "../../db/statement.ts";

/** Whose key it is: exactly one of these. */
export const ownerFields = {
  ownerId: id
    .optional()
    .meta({ description: "The id of a platform user. Exactly one of these three ids is required." }),
  serviceAccountId: id.optional().meta({ description: "The id of a service account." }),
  companyId: id.optional().meta({ description: "The id of a company." }),
};

export type OwnerIds = { [K in keyof typeof ownerFields]?: string | undefined };

export const ownerShape = z.object({
  kind: z.enum(["user", "service_account", "company"]),
  id,
  name: z.string().meta({ description: "The email address of a user, the name of a service account or a company." }),
});

/** Whose key is made, as they are now. */
export type KeyOwner = z.output<typeof ownerShape> &
  ({ kind: "user" | "service_account"; role: PlatformRole } | { kind: "company" });

/**
 * Reads whose key is to be made. They are held as they are until the key is there, so that nobody disables them meanwhile.
 * @throws RefusedError `not_found`, `conflict` if a key of theirs would not work
 */
export async function readOwner(
  tx: Transaction,
  { ownerId, serviceAccountId, companyId }: OwnerIds,
): Promise<KeyOwner> {
  if (companyId !== undefined) return readCompany(tx, companyId);
  const isUser = ownerId !== undefined;
  const found = await (isUser ? HOLD_USER : HOLD_SERVICE_ACCOUNT).first(tx, { id: ownerId ?? serviceAccountId ?? "" });
  if (!found) throw notFound(isUser ? "user" : "service account");
  const { disabledAt, ...owner } = found;
  if (disabledAt)
    throw new RefusedError("conflict", `${owner.name} is disabled, and so are their keys. Enable them first.`);
  return { kind: isUser ? "user" : "service_account", ...owner };
}

async function readCompany(tx: Transaction, companyId: string): Promise<KeyOwner> {
  const found = await HOLD_COMPANY.first(tx, { id: companyId });
  if (!found) throw notFound("company");
  const { status, ...company } = found;
  if (whyClosed(status)) {
    throw new RefusedError(
      "conflict",
      `${company.name} is ${status.toLowerCase()}, so its keys do not work. Change that first.`,
    );
  }
  return { kind: "company", ...company };
}

/** Any scope that some key may have. Which ones a key may have is up to its owner. */
export const scopes = z
  .array(z.enum([...PLATFORM_PERMISSION_NAMES, ...COMPANY_KEY_SCOPES]))
  .max(PLATFORM_PERMISSION_NAMES.length)
  .meta({
    description: `The permissions it is limited to. Empty means all permissions of its owner's role. A company's key needs one or more of ${COMPANY_KEY_SCOPES.join(", ")}.`,
  });

/**
 * What a key of this owner with these scopes may do.
 * @throws RefusedError `invalid_input`, naming the scopes that the owner does not have
 */
export function permissionsOfKey(owner: KeyOwner, given: readonly string[]): ReadonlySet<Permission> {
  const permissions = owner.kind === "company" ? permissionsOfCompanyKey(given) : permissionsOfRole(owner.role, given);
  const beyond = given.filter((name) => ![...permissions].some((permission) => permission === name));
  const whose = owner.kind === "company" ? "A key of a company" : `The role ${owner.role} of ${owner.name}`;
  if (beyond.length > 0) {
    throw new RefusedError("invalid_input", `scopes: ${whose} does not have ${[...new Set(beyond)].join(", ")}`);
  }
  if (owner.kind === "company" && given.length === 0) {
    const sentence = `scopes: A key of a company needs one or more of ${COMPANY_KEY_SCOPES.join(", ")}`;
    throw new RefusedError("invalid_input", sentence);
  }
  return permissions;
}

const owner = { id: text, name: text, role: oneOf("PlatformRole", PlatformRole), disabledAt: nullable(timestamp) };

const HOLD_USER = statement({
  sql: `SELECT "id", "email" AS "name", "role", "disabledAt" FROM "PlatformUser" WHERE "id" = $1 FOR SHARE`,
  params: { id: text },
  row: owner,
});

const HOLD_SERVICE_ACCOUNT = statement({
  sql: `SELECT "id", "name", "role", "disabledAt" FROM "ServiceAccount" WHERE "id" = $1 FOR SHARE`,
  params: { id: text },
  row: owner,
});

const HOLD_COMPANY = statement({
  sql: `SELECT "id", "name", "status" FROM "Company" WHERE "id" = $1 FOR SHARE`,
  params: { id: text },
  row: { id: text, name: text, status: oneOf("CompanyStatus", CompanyStatus) },
});
