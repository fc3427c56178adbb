import { stopSpending } from "../../../../../lib/admin/spending/stopSpending.ts";
import { serve } from "../../../_http/serve.ts";

export const POST = serve(stopSpending);
