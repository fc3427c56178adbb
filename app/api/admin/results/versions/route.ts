import { listResultVersions } from "../../../../../lib/admin/results/listResultVersions.ts";
import { serve } from "../../../_http/serve.ts";

export const GET = serve(listResultVersions);
