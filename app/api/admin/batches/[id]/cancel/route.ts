import { cancelBatch } from "../../../../../../lib/admin/batches/cancelBatch.ts";
import { serve } from "../../../../_http/serve.ts";

export const POST = serve(cancelBatch);
