import { watchPipeline } from "../../../../../lib/admin/overview/watchPipeline.ts";
import { serve } from "../../../_http/serve.ts";

export const GET = serve(watchPipeline);
