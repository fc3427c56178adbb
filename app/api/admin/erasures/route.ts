import { eraseSessions } from "../../../../lib/admin/erasure/eraseSessions.ts";
import { serve } from "../../_http/serve.ts";

export const POST = serve(eraseSessions);
