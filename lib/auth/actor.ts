import type { CompanyRole, PlatformRole } from "../db/enums.ts";
import type { Permission } from "./permissions.ts";

/** What a signed-in person has to do before anything else. */
type Pending = "password" | "two_factor";

interface Named {
  id: string;
  /** An e-mail address, or the name of a key: how the audit names who it was. */
  name: string;
  permissions: ReadonlySet<Permission>;
}

export interface PlatformUserActor extends Named {
  kind: "user";
  sessionId: string;
  role: PlatformRole;
  displayName: string;
  hasSecondFactor: boolean;
  pending: Pending | undefined;
  /** Whether they have given their second factor, or without one their password, once more a short while ago. */
  confirmed: boolean;
}

/** What a key may not pass on to another one. */
interface KeyLimits {
  expiresAt: Date;
  /** Addresses and ranges that it works from; empty: any. */
  allowedAddresses: readonly string[];
}

/** A program with the key of a platform user or of a service account. */
export interface KeyActor extends Named, KeyLimits {
  kind: "key";
  /** Its owner's, as it is now. */
  role: PlatformRole;
  /** The platform user whose key it is; undefined if it is a service account's. */
  ownerId: string | undefined;
}

export interface CompanyUserActor extends Named {
  kind: "company_user";
  sessionId: string;
  role: CompanyRole;
  companyId: string;
  displayName: string;
  hasSecondFactor: boolean;
  pending: Pending | undefined;
  /** Whether they have given their second factor, or without one their password, once more a short while ago. */
  confirmed: boolean;
}

/** A program with the key of a company. */
export interface CompanyKeyActor extends Named, KeyLimits {
  kind: "company_key";
  companyId: string;
}

/** Somebody at the command line of the machine itself, who may do everything. */
interface CommandActor extends Named {
  kind: "command";
}

/** Who does something. */
export type Actor = PlatformUserActor | KeyActor | CompanyUserActor | CompanyKeyActor | CommandActor;

/**
 * Why a key that is right lets nobody in: said to those alone who have it. A value, not an error: in development the
 * pages have a lib/ of their own, and neither side knows the other's classes.
 */
export interface KeyRefusal {
  kind: "refused";
  code: "company_suspended" | "address_not_allowed";
  message: string;
}

/** The two kinds of people: those who run LiveDash, and those of a company who read its results. */
export type Realm = "platform" | "company";
