import { removeProviderAccount } from "../../../../../lib/admin/accounts/removeProviderAccount.ts";
import { serve } from "../../../_http/serve.ts";

export const DELETE = serve(removeProviderAccount);
