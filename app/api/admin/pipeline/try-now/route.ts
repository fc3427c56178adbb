import { tryNow } from "../../../../../lib/admin/pipeline/tryNow.ts";
import { serve } from "../../../_http/serve.ts";

export const POST = serve(tryNow);
