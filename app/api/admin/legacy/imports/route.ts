import { listImports } from "../../../../../lib/admin/imports/listImports.ts";
import { uploadCsv } from "../../../../../lib/admin/imports/uploadCsv.ts";
import { serve } from "../../../_http/serve.ts";

export const GET = serve(listImports);
export const POST = serve(uploadCsv);
