import { addExchangeRate } from "../../../../lib/admin/models/addExchangeRate.ts";
import { listExchangeRates } from "../../../../lib/admin/models/listExchangeRates.ts";
import { serve } from "../../_http/serve.ts";

export const GET = serve(listExchangeRates);
export const POST = serve(addExchangeRate);
