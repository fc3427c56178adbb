import { readNeighbours } from "../../../../../../lib/company/sessions/readNeighbours.ts";
import { serve } from "../../../../_http/serve.ts";

export const GET = serve(readNeighbours);
