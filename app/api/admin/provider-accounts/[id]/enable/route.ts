import { enableProviderAccount } from "../../../../../../lib/admin/accounts/enableProviderAccount.ts";
import { serve } from "../../../../_http/serve.ts";

export const POST = serve(enableProviderAccount);
