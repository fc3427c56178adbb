import { replaceProviderKey } from "../../../../../../lib/admin/accounts/replaceProviderKey.ts";
import { serve } from "../../../../_http/serve.ts";

export const POST = serve(replaceProviderKey);
