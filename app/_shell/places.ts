import type { Permission } from "../../lib/auth/permissions.ts";

/** A main place of the console, and the key that leads there after `g`. */
export interface Place {
  href: string;
  name: string;
  key: string;
}

const PLATFORM: readonly (Place & { permission: Permission })[] = [
  { href: "/platform", name: "Overview", key: "o", permission: "pipeline.read" },
  { href: "/platform/batches", name: "Batches", key: "b", permission: "batches.read" },
  { href: "/platform/requests", name: "Requests", key: "r", permission: "requests.read" },
  { href: "/platform/errors", name: "Errors", key: "e", permission: "requests.read" },
  { href: "/platform/imports", name: "Imports", key: "i", permission: "imports.read" },
  { href: "/platform/companies", name: "Companies", key: "c", permission: "companies.read" },
  { href: "/platform/models", name: "Models", key: "m", permission: "models.read" },
  { href: "/platform/users", name: "Users", key: "u", permission: "users.read" },
  { href: "/platform/keys", name: "Keys", key: "k", permission: "keys.read" },
  { href: "/platform/audit", name: "Audit", key: "a", permission: "audit.read" },
];

const COMPANY: readonly (Place & { permission: Permission })[] = [
  { href: "/dashboard", name: "Overview", key: "o", permission: "company.sessions.read" },
  { href: "/dashboard/sessions", name: "Sessions", key: "s", permission: "company.sessions.read" },
  { href: "/dashboard/users", name: "Users", key: "u", permission: "company.users.read" },
];

/** The places that somebody with these permissions can go to. */
export function platformPlaces(permissions: ReadonlySet<Permission>): Place[] {
  return allowed(PLATFORM, permissions);
}

export function companyPlaces(permissions: ReadonlySet<Permission>): Place[] {
  return allowed(COMPANY, permissions);
}

function allowed(places: readonly (Place & { permission: Permission })[], permissions: ReadonlySet<Permission>) {
  return places
    .filter(({ permission }) => permissions.has(permission))
    .map(({ href, name, key }) => ({ href, name, key }));
}
