import { abortJob } from "../../../../../../lib/admin/jobs/abortJob.ts";
import { serve } from "../../../../_http/serve.ts";

export const POST = serve(abortJob);
