import { dryRunCsv } from "../../../../../../lib/admin/imports/dryRunCsv.ts";
import { serve } from "../../../../_http/serve.ts";

export const POST = serve(dryRunCsv);
