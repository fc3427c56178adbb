import { listRequests } from "../../../../../lib/admin/requests/listRequests.ts";
import { serve } from "../../../_http/serve.ts";

export const GET = serve(listRequests);
