import { randomUUID } from "node:crypto";
import type { CallContext } from "../../lib/api/operation.ts";
import { permissionsOfCompanyRole, permissionsOfRole } from "../../lib/auth/permissions.ts";
import type { PipelineContext } from "../../lib/context.ts";
import type { CompanyRole, PlatformRole } from "../../lib/db/enums.ts";

/** What an operation is given when somebody of this role calls it with a key. */
export function callerOf(ctx: PipelineContext, role: PlatformRole): CallContext {
  const id = randomUUID();
  const actor = {
    kind: "key",
    id,
    name: `key of ${role}`,
    role,
    permissions: permissionsOfRole(role),
    ownerId: undefined,
    allowedAddresses: [],
    expiresAt: new Date("2100-01-01"),
  } as const;
  return { ...ctx, actor, from: "192.0.2.1", requestId: randomUUID() };
}

interface CompanyUser {
  id: string;
  name: string;
  role: CompanyRole;
  companyId: string;
}

/** The same for a user of a company, who has just confirmed that it is them unless it says otherwise. */
export function companyCallerOf(
  ctx: PipelineContext,
  { id, name, role, companyId }: CompanyUser,
  { confirmed = true }: { confirmed?: boolean } = {},
): CallContext {
  const actor = {
    kind: "company_user",
    sessionId: `session of ${id}`,
    hasSecondFactor: false,
    id,
    name,
    displayName: "Jo",
    role,
    companyId,
    permissions: permissionsOfCompanyRole(role),
    pending: undefined,
    confirmed,
  } as const;
  return { ...ctx, actor, from: "192.0.2.7", requestId: randomUUID() };
}
