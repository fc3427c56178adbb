import { disableProviderAccount } from "../../../../../../lib/admin/accounts/disableProviderAccount.ts";
import { serve } from "../../../../_http/serve.ts";

export const POST = serve(disableProviderAccount);
