import { exportSessions } from "../../../../../lib/company/sessions/exportSessions.ts";
import { serve } from "../../../_http/serve.ts";

export const GET = serve(exportSessions);
