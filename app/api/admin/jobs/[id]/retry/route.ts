import { retryJob } from "../../../../../../lib/admin/jobs/retryJob.ts";
import { serve } from "../../../../_http/serve.ts";

export const POST = serve(retryJob);
