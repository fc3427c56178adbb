import { watchImport } from "../../../../../../../lib/admin/imports/watchImport.ts";
import { serve } from "../../../../../_http/serve.ts";

export const GET = serve(watchImport);
