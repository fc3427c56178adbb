import { createExport } from "../../../../lib/admin/export/createExport.ts";
import { serve } from "../../_http/serve.ts";

export const POST = serve(createExport);
