import { exportList } from "../../../../lib/admin/export/exportList.ts";
import { serve } from "../../_http/serve.ts";

export const GET = serve(exportList);
