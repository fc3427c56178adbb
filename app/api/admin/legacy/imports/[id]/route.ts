import { readImport } from "../../../../../../lib/admin/imports/readImport.ts";
import { serve } from "../../../../_http/serve.ts";

export const GET = serve(readImport);
