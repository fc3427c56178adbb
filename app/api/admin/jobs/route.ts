import { listJobs } from "../../../../lib/admin/jobs/listJobs.ts";
import { serve } from "../../_http/serve.ts";

export const GET = serve(listJobs);
