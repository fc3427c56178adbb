import { z } from "zod";
import { defineVerb } from "../../api/verb.ts";
import { CompanyRole, CompanyStatus } from "../../db/generated/enums.ts";
import { asTenant, companyUserOf } from "../asTenant.ts";
import { sessionDays } from "../sessionDays.ts";

export const readCompanyMe = defineVerb({
  name: "readCompanyMe",
  summary: "Who you are, which company you belong to, and what you may do.",
  method: "GET",
  path: "/api/company/me",
  permission: "company.read",
  input: z.strictObject({}),
  example: {},
  output: z.object({
    user: z.object({ id: z.string(), email: z.string(), name: z.string(), role: z.enum(CompanyRole) }),
    permissions: z.array(z.string()),
    company: z.object({ id: z.string(), name: z.string(), status: z.enum(CompanyStatus), timeZone: z.string() }),
    sessionDays: z
      .object({ first: z.iso.date(), last: z.iso.date() })
      .nullable()
      .meta({ description: "When the oldest and the newest session started. Null if there are none yet." }),
  }),
  run: (ctx) => {
    const { id, name, displayName, role, permissions } = companyUserOf(ctx);
    const user = { id, email: name, name: displayName, role };
    return asTenant(ctx, async (tenant) => ({
      user,
      permissions: [...permissions].sort(),
      company: tenant.company,
      sessionDays: await sessionDays(tenant, ctx.clock.now()),
    }));
  },
});
