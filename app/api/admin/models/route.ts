import { createModel } from "../../../../lib/admin/models/createModel.ts";
import { listModels } from "../../../../lib/admin/models/listModels.ts";
import { serve } from "../../_http/serve.ts";

export const GET = serve(listModels);
export const POST = serve(createModel);
