import { updateCompanyUser } from "../../../../../lib/company/users/updateCompanyUser.ts";
import { serve } from "../../../_http/serve.ts";

export const PATCH = serve(updateCompanyUser);
