import { readSessionsExportFile } from "../../../../../../../lib/company/exports/readSessionsExportFile.ts";
import { serve } from "../../../../../_http/serve.ts";

export const GET = serve(readSessionsExportFile);
