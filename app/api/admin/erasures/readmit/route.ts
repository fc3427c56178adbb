import { readmitSessions } from "../../../../../lib/admin/erasure/readmitSessions.ts";
import { serve } from "../../../_http/serve.ts";

export const POST = serve(readmitSessions);
