import { abortSessionsExport } from "../../../../../../../lib/company/exports/abortSessionsExport.ts";
import { serve } from "../../../../../_http/serve.ts";

export const POST = serve(abortSessionsExport);
