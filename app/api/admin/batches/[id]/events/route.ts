import { watchBatch } from "../../../../../../lib/admin/batches/watchBatch.ts";
import { serve } from "../../../../_http/serve.ts";

export const GET = serve(watchBatch);
