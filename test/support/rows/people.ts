import { randomUUID } from "node:crypto";
import type { Sql } from "../../../lib/db/pool.ts";
import { COMPANY } from "./conversations.ts";
import { tableOf } from "./table.ts";

/** Rows of who may enter, and of what the sign-in keeps of them. For somebody with a password, see `addUser`. */
export function peopleIn(sql: Sql) {
  const users = tableOf(sql, "User", (_, n) => {
    const id = randomUUID();
    return { id, companyId: COMPANY, email: `${id}@example.com`, name: `User ${n}`, role: "USER" as const };
  });
  const platformUsers = tableOf(sql, "PlatformUser", (_, n) => {
    const id = randomUUID();
    return { id, email: `${id}@example.com`, name: `Operator ${n}`, role: "SUPPORT" as const };
  });
  const apiKeys = tableOf(sql, "ApiKey", (given) => {
    const id = randomUUID();
    const companyId = given.ownerId || given.serviceAccountId ? null : COMPANY;
    const expiresAt = new Date(Date.now() + 90 * 86_400_000);
    const scopes = companyId ? ["company.sessions.read"] : [];
    return { id, name: `key ${id}`, companyId, scopes, hash: id, prefix: "ldk_", createdBy: "test", expiresAt };
  });
  const serviceAccounts = tableOf(sql, "ServiceAccount", () => {
    const id = randomUUID();
    return { id, name: `service account ${id}`, role: "SUPPORT" as const, createdBy: "test" };
  });
  const session = () => ({ id: randomUUID(), token: randomUUID() });
  const verification = () => ({ id: randomUUID() });
  const account = (given: { userId?: string | undefined }) => ({
    id: randomUUID(),
    providerId: "credential",
    accountId: given.userId ?? "",
  });
  return {
    users,
    platformUsers,
    apiKeys,
    serviceAccounts,
    userAccounts: tableOf(sql, "UserAccount", account),
    platformAccounts: tableOf(sql, "PlatformAccount", account),
    userSessions: tableOf(sql, "UserSession", session),
    platformSessions: tableOf(sql, "PlatformSession", session),
    userVerifications: tableOf(sql, "UserVerification", verification),
    platformVerifications: tableOf(sql, "PlatformVerification", verification),
    userTwoFactors: tableOf(sql, "UserTwoFactor", () => ({ id: randomUUID(), secret: "secret", backupCodes: "codes" })),
    signInLocks: tableOf(sql, "SignInLock", () => ({ updatedAt: new Date() })),
  };
}
