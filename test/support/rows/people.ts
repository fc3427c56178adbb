import { randomUUID } from "node:crypto";
import type { Sql } from "../../../lib/db/pool.ts";
import { COMPANY } from "./conversations.ts";
import { tableOf } from "./table.ts";

/** Rows of who may enter. For somebody who signs in, with a password, see `addUser`. */
export function peopleIn(sql: Sql) {
  const users = tableOf(sql, "User", (_, n) => {
    const id = randomUUID();
    return { id, companyId: COMPANY, email: `${id}@example.com`, name: `User ${n}`, role: "USER" as const };
  });
  const platformUsers = tableOf(sql, "PlatformUser", (_, n) => {
    const id = randomUUID();
    return { id, email: `${id}@example.com`, name: `Operator ${n}`, role: "SUPPORT" as const };
  });
  const apiKeys = tableOf(sql, "ApiKey", () => {
    const id = randomUUID();
    return { id, name: `key ${id}`, role: "SUPPORT" as const, scopes: [], hash: id, prefix: "ldk_", createdBy: "test" };
  });
  return { users, platformUsers, apiKeys };
}
