import { giveUpBatch } from "../../../../../../lib/admin/batches/giveUpBatch.ts";
import { serve } from "../../../../_http/serve.ts";

export const POST = serve(giveUpBatch);
