import { createProviderAccount } from "../../../../lib/admin/accounts/createProviderAccount.ts";
import { listProviderAccounts } from "../../../../lib/admin/accounts/listProviderAccounts.ts";
import { serve } from "../../_http/serve.ts";

export const POST = serve(createProviderAccount);
export const GET = serve(listProviderAccounts);
