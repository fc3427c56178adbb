import { watchJob } from "../../../../../../lib/admin/jobs/watchJob.ts";
import { serve } from "../../../../_http/serve.ts";

export const GET = serve(watchJob);
