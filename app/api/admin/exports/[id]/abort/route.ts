import { abortExport } from "../../../../../../lib/admin/export/abortExport.ts";
import { serve } from "../../../../_http/serve.ts";

export const POST = serve(abortExport);
