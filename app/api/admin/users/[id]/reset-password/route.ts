import { resetPassword } from "../../../../../../lib/admin/users/resetPassword.ts";
import { serve } from "../../../../_http/serve.ts";

export const POST = serve(resetPassword);
