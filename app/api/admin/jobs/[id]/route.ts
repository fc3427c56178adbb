import { readJob } from "../../../../../lib/admin/jobs/readJob.ts";
import { serve } from "../../../_http/serve.ts";

export const GET = serve(readJob);
