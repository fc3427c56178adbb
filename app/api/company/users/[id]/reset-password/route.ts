import { resetCompanyUserPassword } from "../../../../../../lib/company/users/resetCompanyUser.ts";
import { serve } from "../../../../_http/serve.ts";

export const POST = serve(resetCompanyUserPassword);
