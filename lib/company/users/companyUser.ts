import { z } from "zod";
import { userRow } from "../../admin/users/userRow.ts";
import type { CallContext } from "../../api/operation.ts";
import { CompanyRole } from "../../db/enums.ts";
import { companyIdOf } from "../asTenant.ts";

export const role = z.enum(CompanyRole);

/** A user as their own company's admins see them: which company it is needs no mention. */
export const companyUserRow = userRow.omit({ realm: true, companyId: true, companyName: true });

/** A user of the company of whoever calls, as the target of a change. Those of other companies are not found. */
export function ownUser(ctx: CallContext, id: string) {
  return { realm: "company", id, companyId: companyIdOf(ctx) } as const;
}
