import { importNow } from "../../../../../../lib/admin/companies/importNow.ts";
import { serve } from "../../../../_http/serve.ts";

export const POST = serve(importNow);
