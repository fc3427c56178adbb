import { readCompanyMe } from "../../../../lib/company/me/readCompanyMe.ts";
import { serve } from "../../_http/serve.ts";

export const GET = serve(readCompanyMe);
