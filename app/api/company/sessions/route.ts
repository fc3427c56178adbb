import { listSessions } from "../../../../lib/company/sessions/listSessions.ts";
import { serve } from "../../_http/serve.ts";

export const GET = serve(listSessions);
