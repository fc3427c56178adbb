import { readBatch } from "../../../../../lib/admin/batches/readBatch.ts";
import { serve } from "../../../_http/serve.ts";

export const GET = serve(readBatch);
