import { followAudit } from "../../../../../lib/admin/audit/followAudit.ts";
import { serve } from "../../../_http/serve.ts";

export const GET = serve(followAudit);
