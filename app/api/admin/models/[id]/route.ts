import { updateModel } from "../../../../../lib/admin/models/updateModel.ts";
import { serve } from "../../../_http/serve.ts";

export const PATCH = serve(updateModel);
