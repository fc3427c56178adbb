import { listAudit } from "../../../../lib/admin/audit/listAudit.ts";
import { serve } from "../../_http/serve.ts";

export const GET = serve(listAudit);
