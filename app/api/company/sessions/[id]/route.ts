import { readSession } from "../../../../../lib/company/sessions/readSession.ts";
import { serve } from "../../../_http/serve.ts";

export const GET = serve(readSession);
