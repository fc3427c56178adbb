import { readBulkRequeue } from "../../../../../lib/admin/bulk/readBulkRequeue.ts";
import { serve } from "../../../_http/serve.ts";

export const GET = serve(readBulkRequeue);
