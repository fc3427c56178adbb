import { readAuditSeal } from "../../../../../lib/admin/audit/readAuditSeal.ts";
import { serve } from "../../../_http/serve.ts";

export const GET = serve(readAuditSeal);
