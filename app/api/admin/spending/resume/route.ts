import { resumeSpending } from "../../../../../lib/admin/spending/resumeSpending.ts";
import { serve } from "../../../_http/serve.ts";

export const POST = serve(resumeSpending);
