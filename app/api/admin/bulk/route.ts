import { createBulkRequeue } from "../../../../lib/admin/bulk/createBulkRequeue.ts";
import { listBulkRequeues } from "../../../../lib/admin/bulk/listBulkRequeues.ts";
import { serve } from "../../_http/serve.ts";

export const GET = serve(listBulkRequeues);
export const POST = serve(createBulkRequeue);
