import { abortBulkRequeue } from "../../../../../../lib/admin/bulk/abortBulkRequeue.ts";
import { serve } from "../../../../_http/serve.ts";

export const POST = serve(abortBulkRequeue);
