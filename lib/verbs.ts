import { ADMIN_VERBS } from "./admin/verbs.ts";
import type { Verb } from "./api/verb.ts";
import { COMPANY_VERBS } from "./company/verbs.ts";

/** Everything that can be asked for or done over HTTP. A test holds this list against the routes that exist. */
export const VERBS: readonly Verb[] = [...ADMIN_VERBS, ...COMPANY_VERBS];
