import { readCompanySecurity, updateCompanySecurity } from "../../../../lib/company/users/companySecurity.ts";
import { serve } from "../../_http/serve.ts";

export const GET = serve(readCompanySecurity);
export const PATCH = serve(updateCompanySecurity);
