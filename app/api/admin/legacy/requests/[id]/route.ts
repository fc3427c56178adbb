import { readRequest } from "../../../../../../lib/admin/requests/readRequest.ts";
import { serve } from "../../../../_http/serve.ts";

export const GET = serve(readRequest);
