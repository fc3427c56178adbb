import { checkProviderAccount } from "../../../../../../lib/admin/accounts/checkProviderAccount.ts";
import { serve } from "../../../../_http/serve.ts";

export const POST = serve(checkProviderAccount);
