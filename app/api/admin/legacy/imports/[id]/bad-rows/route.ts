import { listBadRows } from "../../../../../../../lib/admin/imports/listBadRows.ts";
import { serve } from "../../../../../_http/serve.ts";

export const GET = serve(listBadRows);
