import { readCompany } from "../../../../../lib/admin/companies/readCompany.ts";
import { updateCompany } from "../../../../../lib/admin/companies/updateCompany.ts";
import { serve } from "../../../_http/serve.ts";

export const GET = serve(readCompany);
export const PATCH = serve(updateCompany);
