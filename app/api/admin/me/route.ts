import { readMe } from "../../../../lib/admin/me/readMe.ts";
import { serve } from "../../_http/serve.ts";

export const GET = serve(readMe);
