import { readExportFile } from "../../../../../../lib/admin/export/readExportFile.ts";
import { serve } from "../../../../_http/serve.ts";

export const GET = serve(readExportFile);
