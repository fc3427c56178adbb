import { readSpending } from "../../../../lib/admin/spending/readSpending.ts";
import { serve } from "../../_http/serve.ts";

export const GET = serve(readSpending);
