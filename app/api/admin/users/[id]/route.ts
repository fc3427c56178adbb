import { updateUser } from "../../../../../lib/admin/users/updateUser.ts";
import { serve } from "../../../_http/serve.ts";

export const PATCH = serve(updateUser);
