import type { CompanyRole, PlatformRole } from "../db/enums.ts";

const EVERYONE: readonly PlatformRole[] = ["SUPER_ADMIN", "ADMIN", "SUPPORT"];
const MANAGERS: readonly PlatformRole[] = ["SUPER_ADMIN", "ADMIN"];
const OWNERS: readonly PlatformRole[] = ["SUPER_ADMIN"];

/** What may be done on the platform, and by which roles. SUPPORT reads, and does not see what people wrote. */
export const PLATFORM_PERMISSIONS = {
  "self.read": EVERYONE,
  "pipeline.read": EVERYONE,
  "requests.read": EVERYONE,
  "requests.reveal": MANAGERS,
  "requests.requeue": MANAGERS,
  "jobs.read": EVERYONE,
  "jobs.control": MANAGERS,
  "batches.read": EVERYONE,
  "batches.cancel": MANAGERS,
  "spending.control": MANAGERS,
  "schedulers.read": EVERYONE,
  "schedulers.control": MANAGERS,
  "imports.read": EVERYONE,
  "imports.reveal": MANAGERS,
  "imports.write": MANAGERS,
  "sessions.erase": MANAGERS,
  "companies.read": EVERYONE,
  "companies.write": MANAGERS,
  "accounts.read": EVERYONE,
  "accounts.write": OWNERS,
  "models.read": EVERYONE,
  "models.write": MANAGERS,
  "users.read": EVERYONE,
  "users.write": OWNERS,
  "keys.read": EVERYONE,
  "keys.write": OWNERS,
  "audit.read": EVERYONE,
  "lists.export": EVERYONE,
} as const satisfies Record<string, readonly PlatformRole[]>;

const ALL_OF_THE_COMPANY: readonly CompanyRole[] = ["ADMIN", "USER", "AUDITOR"];

/** What a company's own users may do, each with their own company alone. */
export const COMPANY_PERMISSIONS = {
  "company.read": ALL_OF_THE_COMPANY,
  "company.sessions.read": ALL_OF_THE_COMPANY,
  "company.sessions.export": ["ADMIN", "AUDITOR"],
  // For keys alone, and reserved: they come with the API that takes sessions in, and no operation uses them yet.
  "company.sessions.write": [],
  "company.sessions.erase": [],
  "company.users.read": ["ADMIN"],
  "company.users.write": ["ADMIN"],
} as const satisfies Record<string, readonly CompanyRole[]>;

/** What a company's key may be limited to; it always may know which company it belongs to. */
export const COMPANY_KEY_SCOPES = [
  "company.sessions.read",
  "company.sessions.write",
  "company.sessions.erase",
] as const satisfies readonly (keyof typeof COMPANY_PERMISSIONS)[];

export type PlatformPermission = keyof typeof PLATFORM_PERMISSIONS;
export type CompanyPermission = keyof typeof COMPANY_PERMISSIONS;
export type Permission = PlatformPermission | CompanyPermission;

/**
 * What an operator has to have to give out a permission of a company: the same power over all companies. Whoever may not
 * see what people wrote must not make themselves a user who may.
 */
const POWER_OVER_ALL: Readonly<Record<CompanyPermission, readonly PlatformPermission[]>> = {
  "company.read": ["companies.read"],
  "company.sessions.read": ["requests.reveal"],
  "company.sessions.export": ["requests.reveal", "lists.export"],
  "company.sessions.write": ["imports.write"],
  "company.sessions.erase": ["imports.write", "companies.write"],
  "company.users.read": ["users.read"],
  "company.users.write": ["users.write"],
};

export const PLATFORM_PERMISSION_NAMES = Object.keys(PLATFORM_PERMISSIONS) as PlatformPermission[];

export const ALL_PERMISSIONS: ReadonlySet<Permission> = new Set([
  ...PLATFORM_PERMISSION_NAMES,
  ...(Object.keys(COMPANY_PERMISSIONS) as CompanyPermission[]),
]);

/** The permissions of a platform role, narrowed to `scopes` where any are given. Everybody may know who they are. */
export function permissionsOfRole(role: PlatformRole, scopes: readonly string[] = []): ReadonlySet<Permission> {
  const allowed = PLATFORM_PERMISSION_NAMES.filter((name) => PLATFORM_PERMISSIONS[name].includes(role));
  return new Set(
    scopes.length === 0 ? allowed : allowed.filter((name) => name === "self.read" || scopes.includes(name)),
  );
}

export function permissionsOfCompanyRole(role: CompanyRole): ReadonlySet<Permission> {
  const names = Object.keys(COMPANY_PERMISSIONS) as CompanyPermission[];
  return new Set(names.filter((name) => (COMPANY_PERMISSIONS[name] as readonly CompanyRole[]).includes(role)));
}

/** A company's key may what its scopes name, and nothing without any. */
export function permissionsOfCompanyKey(scopes: readonly string[]): ReadonlySet<Permission> {
  return new Set(["company.read", ...COMPANY_KEY_SCOPES.filter((name) => scopes.includes(name))]);
}

/** Whether somebody with these permissions has this one, or, as an operator, the power over all companies that it is a part of. */
export function coveredBy(held: ReadonlySet<Permission>, permission: Permission): boolean {
  if (held.has(permission)) return true;
  return isCompanyPermission(permission) && POWER_OVER_ALL[permission].every((name) => held.has(name));
}

function isCompanyPermission(permission: Permission): permission is CompanyPermission {
  return permission in COMPANY_PERMISSIONS;
}
