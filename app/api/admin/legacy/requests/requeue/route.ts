import { requeueRequests } from "../../../../../../lib/admin/requests/requeueRequests.ts";
import { serve } from "../../../../_http/serve.ts";

export const POST = serve(requeueRequests);
