import { listBatches } from "../../../../lib/admin/batches/listBatches.ts";
import { serve } from "../../_http/serve.ts";

export const GET = serve(listBatches);
