import { readSummary } from "../../../../../lib/admin/overview/readSummary.ts";
import { serve } from "../../../_http/serve.ts";

export const GET = serve(readSummary);
