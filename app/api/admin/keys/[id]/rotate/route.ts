import { rotateKey } from "../../../../../../lib/admin/keys/rotateKey.ts";
import { serve } from "../../../../_http/serve.ts";

export const POST = serve(rotateKey);
