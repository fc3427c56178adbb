import { resumeScheduler } from "../../../../../../lib/admin/schedulers/resumeScheduler.ts";
import { serve } from "../../../../_http/serve.ts";

export const POST = serve(resumeScheduler);
