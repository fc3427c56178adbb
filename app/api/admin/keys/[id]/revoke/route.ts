import { revokeKey } from "../../../../../../lib/admin/keys/revokeKey.ts";
import { serve } from "../../../../_http/serve.ts";

export const POST = serve(revokeKey);
