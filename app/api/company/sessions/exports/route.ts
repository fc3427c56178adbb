import { createSessionsExport } from "../../../../../lib/company/exports/createSessionsExport.ts";
import { listSessionsExports } from "../../../../../lib/company/exports/listSessionsExports.ts";
import { serve } from "../../../_http/serve.ts";

export const GET = serve(listSessionsExports);
export const POST = serve(createSessionsExport);
