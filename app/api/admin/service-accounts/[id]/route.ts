import { updateServiceAccount } from "../../../../../lib/admin/serviceAccounts/updateServiceAccount.ts";
import { serve } from "../../../_http/serve.ts";

export const PATCH = serve(updateServiceAccount);
