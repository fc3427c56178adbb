import { watchRequest } from "../../../../../../../lib/admin/requests/watchRequest.ts";
import { serve } from "../../../../../_http/serve.ts";

export const GET = serve(watchRequest);
