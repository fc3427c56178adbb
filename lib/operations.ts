import { ADMIN_OPERATIONS } from "./admin/operations.ts";
import type { Operation } from "./api/operation.ts";
import { COMPANY_OPERATIONS } from "./company/operations.ts";

/** Everything that can be asked for or done over HTTP. A test holds this list against the routes that exist. */
export const OPERATIONS: readonly Operation[] = [...ADMIN_OPERATIONS, ...COMPANY_OPERATIONS];
