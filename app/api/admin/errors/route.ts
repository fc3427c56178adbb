import { listFailureGroups } from "../../../../lib/admin/failures/listFailureGroups.ts";
import { serve } from "../../_http/serve.ts";

export const GET = serve(listFailureGroups);
