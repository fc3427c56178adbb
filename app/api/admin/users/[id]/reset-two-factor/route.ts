import { resetTwoFactor } from "../../../../../../lib/admin/users/resetTwoFactor.ts";
import { serve } from "../../../../_http/serve.ts";

export const POST = serve(resetTwoFactor);
