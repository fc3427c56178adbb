import { readPipeline } from "../../../../lib/admin/overview/readPipeline.ts";
import { serve } from "../../_http/serve.ts";

export const GET = serve(readPipeline);
