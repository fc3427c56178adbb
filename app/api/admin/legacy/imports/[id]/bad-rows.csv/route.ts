import { exportBadRows } from "../../../../../../../lib/admin/imports/exportBadRows.ts";
import { serve } from "../../../../../_http/serve.ts";

export const GET = serve(exportBadRows);
