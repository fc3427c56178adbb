import { z } from "zod";
import { time } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { PlatformRole } from "../../db/enums.ts";

export const readMe = defineOperation({
  name: "readMe",
  summary: "Who you are, what you may do, and what you must do first.",
  method: "GET",
  path: "/api/admin/me",
  permission: "self.read",
  openTo: "pending",
  input: z.strictObject({}),
  example: {},
  output: z.object({
    me: z.object({
      kind: z.string().meta({ description: "user or key." }),
      id: z.string(),
      name: z.string().meta({ description: "The address of a user, the name of a key." }),
      displayName: z.string().nullable(),
      role: z.enum(PlatformRole).nullable(),
      permissions: z.array(z.string()),
      expiresAt: time.nullable().meta({ description: "When a key stops working. Null for a user." }),
      pending: z.enum(["password", "two_factor"]).nullable(),
    }),
  }),
  run: async ({ actor }) => {
    const { kind, id, name } = actor;
    return {
      me: {
        kind,
        id,
        name,
        displayName: "displayName" in actor ? actor.displayName : null,
        role: kind === "user" || kind === "key" ? actor.role : null,
        permissions: [...actor.permissions].sort(),
        expiresAt: kind === "key" ? actor.expiresAt : null,
        pending: ("pending" in actor ? actor.pending : undefined) ?? null,
      },
    };
  },
});
