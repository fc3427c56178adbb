import { reanalyse } from "../../../../../lib/admin/results/reanalyse.ts";
import { serve } from "../../../_http/serve.ts";

export const POST = serve(reanalyse);
