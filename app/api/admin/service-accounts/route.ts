import { createServiceAccount } from "../../../../lib/admin/serviceAccounts/createServiceAccount.ts";
import { listServiceAccounts } from "../../../../lib/admin/serviceAccounts/listServiceAccounts.ts";
import { serve } from "../../_http/serve.ts";

export const GET = serve(listServiceAccounts);
export const POST = serve(createServiceAccount);
