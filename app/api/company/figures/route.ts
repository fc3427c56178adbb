import { readFigures } from "../../../../lib/company/figures/readFigures.ts";
import { serve } from "../../_http/serve.ts";

export const GET = serve(readFigures);
