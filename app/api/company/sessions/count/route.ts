import { countSessions } from "../../../../../lib/company/sessions/countSessions.ts";
import { serve } from "../../../_http/serve.ts";

export const GET = serve(countSessions);
