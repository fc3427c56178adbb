import type { Realm } from "./actor.ts";

/** The two kinds of people have tables of their own, of the same shape, and are told apart in the audit. */
export const REALMS = {
  platform: {
    kind: "user",
    users: "PlatformUser",
    sessions: "PlatformSession",
    accounts: "PlatformAccount",
    verifications: "PlatformVerification",
    twoFactors: "PlatformTwoFactor",
  },
  company: {
    kind: "company_user",
    users: "User",
    sessions: "UserSession",
    accounts: "UserAccount",
    verifications: "UserVerification",
    twoFactors: "UserTwoFactor",
  },
} as const satisfies Record<Realm, Record<string, string>>;

type Tables = (typeof REALMS)[Realm];

/** The same for each kind of people, over the names of its tables. */
export function inEachRealm<T>(make: (tables: Tables, realm: Realm) => T): Record<Realm, T> {
  return { platform: make(REALMS.platform, "platform"), company: make(REALMS.company, "company") };
}
