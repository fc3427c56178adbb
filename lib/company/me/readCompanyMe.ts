import { z } from "zod";
import { time } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { CompanyRole, CompanyStatus } from "../../db/enums.ts";
import { asTenant, companyActorOf } from "../asTenant.ts";
import { sessionDays } from "../sessionDays.ts";
import { readHeld } from "./readHeld.ts";

export const readCompanyMe = defineOperation({
  name: "readCompanyMe",
  summary: "Who you are, which company you belong to, and what you may do.",
  method: "GET",
  path: "/api/company/me",
  permission: "company.read",
  input: z.strictObject({}),
  example: {},
  output: z.object({
    user: z
      .object({ id: z.string(), email: z.string(), name: z.string(), role: z.enum(CompanyRole) })
      .nullable()
      .meta({ description: "Null if a key calls." }),
    key: z
      .object({ id: z.string(), name: z.string(), expiresAt: time })
      .nullable()
      .meta({ description: "The company's key that calls." }),
    permissions: z.array(z.string()),
    company: z.object({ id: z.string(), name: z.string(), status: z.enum(CompanyStatus), timeZone: z.string() }),
    held: z
      .object({ count: z.number().int(), atLeast: z.boolean(), limit: z.enum(["day", "month"]), until: time })
      .nullable()
      .meta({
        description: "Sessions that wait because the limit for the day or the month (UTC) is used up; null if none do.",
      }),
    sessionDays: z
      .object({ first: z.iso.date(), last: z.iso.date() })
      .nullable()
      .meta({ description: "When the oldest and the newest session started. Null if there are none yet." }),
  }),
  run: async (ctx) => {
    const actor = companyActorOf(ctx);
    const { companyId, id, name, permissions } = actor;
    const seen = await asTenant(ctx, async (tenant) => ({
      user: actor.kind === "company_user" ? { id, email: name, name: actor.displayName, role: actor.role } : null,
      key: actor.kind === "company_key" ? { id, name, expiresAt: actor.expiresAt } : null,
      permissions: [...permissions].sort(),
      company: tenant.company,
      sessionDays: await sessionDays(tenant, ctx.clock.now()),
    }));
    return { ...seen, held: await readHeld(ctx, companyId) };
  },
});
