import { addPrice } from "../../../../lib/admin/models/addPrice.ts";
import { serve } from "../../_http/serve.ts";

export const POST = serve(addPrice);
