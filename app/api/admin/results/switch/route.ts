import { switchResults } from "../../../../../lib/admin/results/switchResults.ts";
import { serve } from "../../../_http/serve.ts";

export const POST = serve(switchResults);
