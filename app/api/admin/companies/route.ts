import { createCompany } from "../../../../lib/admin/companies/createCompany.ts";
import { listCompanies } from "../../../../lib/admin/companies/listCompanies.ts";
import { serve } from "../../_http/serve.ts";

export const GET = serve(listCompanies);
export const POST = serve(createCompany);
