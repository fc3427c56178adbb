import { watchBulkRequeue } from "../../../../../../lib/admin/bulk/watchBulkRequeue.ts";
import { serve } from "../../../../_http/serve.ts";

export const GET = serve(watchBulkRequeue);
