import { readQuestion } from "../../../../../lib/company/questions/readQuestion.ts";
import { serve } from "../../../_http/serve.ts";

export const GET = serve(readQuestion);
