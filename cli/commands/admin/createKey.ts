import { z } from "zod";
import { addKey, newKey } from "../../../lib/admin/keys/createKey.ts";
import { addServiceAccount, newServiceAccount } from "../../../lib/admin/serviceAccounts/createServiceAccount.ts";
import { RefusedError } from "../../../lib/api/errors.ts";
import { parseInput } from "../../../lib/api/operation.ts";
import { permissionsOfRole } from "../../../lib/auth/permissions.ts";
import { PlatformRole } from "../../../lib/db/enums.ts";
import { inTransaction } from "../../../lib/db/pool.ts";
import { oneOf, statement, text } from "../../../lib/db/statement.ts";
import { companyIdOf, durationOf, withoutGaps } from "../../given.ts";
import { print } from "../../printed.ts";
import { type Acted, atOurs } from "../../withRuntime.ts";

export interface KeyOptions {
  name: string;
  owner?: string;
  serviceAccount?: string;
  company?: string;
  role?: string;
  scopes?: string;
  expiresIn?: string;
  expires?: string;
  addresses?: string;
}

const LEAST_FIRST: readonly PlatformRole[] = ["SUPPORT", "ADMIN", "SUPER_ADMIN"];

/** Makes a key of whoever is named, and prints it. */
export function createKey(options: KeyOptions): Promise<void> {
  assertOneOwner(options);
  return atOurs(async (ctx) => {
    const expiresIn = options.expiresIn ?? options.expires;
    const scopes = listOf(options.scopes);
    const limits = withoutGaps({
      name: options.name,
      scopes,
      allowedAddresses: listOf(options.addresses),
      expiresAt: expiresIn === undefined ? undefined : durationOf(ctx, "--expires-in", expiresIn).toISOString(),
    });
    const { apiKey, key, note } = await makeKey(ctx, limits, await findOwner(ctx, options), scopes ?? []);
    const { owner, role, expiresAt } = apiKey;
    const whose = role === null ? `the company ${owner.name}` : `${owner.name}, whose role is ${role}`;
    print(`${note}Key: ${key}\n`);
    print(
      `Copy it now: it will not be shown again. It belongs to ${whose}, and works until ${expiresAt.toISOString().slice(0, 10)}. Send it as "Authorization: Bearer <key>".\n`,
    );
  });
}

/** Older commands give `--role` alone: a key used to have a role and no owner. */
function assertOneOwner({ name, owner, serviceAccount, company, role }: KeyOptions): void {
  const given = [owner, serviceAccount, company].filter((each) => each !== undefined).length;
  if (given === 1 && (role === undefined || serviceAccount !== undefined)) return;
  if (given === 1) {
    const sentence =
      "--role goes with --service-account: the key of a person has their role, the key of a company has none.";
    throw new RefusedError("invalid_input", sentence);
  }
  const example = `bin/livedash admin create-key --name ${quoted(name)} --service-account ${quoted(name)} --role ${role ?? "SUPPORT"}`;
  throw new RefusedError(
    "invalid_input",
    `Say whose key it is, by one of --owner <email> (a person), --service-account <name> (a program) and --company <name>. For a program: ${example}`,
  );
}

/** Whose key is made; a service account may have to be made first. */
type Owner = { ownerId: string } | { serviceAccountId: string } | { companyId: string } | { newAccount: NewAccount };
interface NewAccount {
  name: string;
  role: string | undefined;
}

async function findOwner(ctx: Acted, { owner, serviceAccount, company, role }: KeyOptions): Promise<Owner> {
  if (company !== undefined) return { companyId: await companyIdOf(ctx, company) };
  if (serviceAccount !== undefined) return findServiceAccount(ctx, { name: serviceAccount.trim(), role });
  const user = await FIND_USER.first(ctx.db, { email: owner?.trim().toLowerCase() ?? "" });
  if (user) return { ownerId: user.id };
  throw new RefusedError(
    "not_found",
    `No platform user has the email address ${owner}. Users of companies have no keys.`,
  );
}

const FIND_USER = statement({
  sql: `SELECT "id" FROM "PlatformUser" WHERE "email" = $1`,
  params: { email: text },
  row: { id: text },
});

async function findServiceAccount(ctx: Acted, { name, role }: NewAccount): Promise<Owner> {
  const known = await FIND_SERVICE_ACCOUNT.first(ctx.db, { name });
  if (!known) return { newAccount: { name, role } };
  if (role === undefined || role === known.role) return { serviceAccountId: known.id };
  throw new RefusedError("conflict", `The service account ${quoted(name)} has the role ${known.role}, not ${role}.`);
}

const FIND_SERVICE_ACCOUNT = statement({
  sql: `SELECT "id", "role" FROM "ServiceAccount" WHERE "name" = $1`,
  params: { name: text },
  row: { id: text, role: oneOf("PlatformRole", PlatformRole) },
});

/** The key, and its service account if that is new: both, or neither. */
function makeKey(ctx: Acted, limits: object, owner: Owner, scopes: readonly string[]) {
  return inTransaction(ctx.db, async (tx) => {
    if (!("newAccount" in owner)) {
      return { ...(await addKey(ctx, tx, parseInput(newKey, { ...limits, ...owner }))), note: "" };
    }
    const { name, role = leastRoleFor(scopes) } = owner.newAccount;
    const wanted = { serviceAccount: { name, role } };
    const { serviceAccount } = parseInput(z.strictObject({ serviceAccount: newServiceAccount }), wanted);
    const made = await addServiceAccount(ctx, tx, serviceAccount);
    return {
      ...(await addKey(ctx, tx, parseInput(newKey, { ...limits, serviceAccountId: made.id }))),
      note: `The service account ${quoted(made.name)} has been created with the role ${made.role}.\n`,
    };
  });
}

/** The role with the fewest permissions that has all of these; scopes that no role has are refused with the key. */
function leastRoleFor(scopes: readonly string[]): PlatformRole {
  const has = (role: PlatformRole) => {
    const permissions = [...permissionsOfRole(role)].map(String);
    return scopes.every((scope) => permissions.includes(scope));
  };
  return LEAST_FIRST.find(has) ?? "SUPPORT";
}

function listOf(given: string | undefined): string[] | undefined {
  return given?.split(",").map((part) => part.trim());
}

function quoted(name: string): string {
  return JSON.stringify(name);
}
