import { createKey } from "../../../../lib/admin/keys/createKey.ts";
import { listKeys } from "../../../../lib/admin/keys/listKeys.ts";
import { serve } from "../../_http/serve.ts";

export const GET = serve(listKeys);
export const POST = serve(createKey);
