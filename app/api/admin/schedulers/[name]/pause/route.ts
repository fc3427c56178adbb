import { pauseScheduler } from "../../../../../../lib/admin/schedulers/pauseScheduler.ts";
import { serve } from "../../../../_http/serve.ts";

export const POST = serve(pauseScheduler);
