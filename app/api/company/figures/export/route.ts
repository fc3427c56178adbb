import { exportFigures } from "../../../../../lib/company/figures/exportFigures.ts";
import { serve } from "../../../_http/serve.ts";

export const GET = serve(exportFigures);
