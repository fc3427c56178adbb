import { readVersion } from "../../../lib/admin/version/readVersion.ts";
import { serve } from "../_http/serve.ts";

export const GET = serve(readVersion);
