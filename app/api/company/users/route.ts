import { createCompanyUser } from "../../../../lib/company/users/createCompanyUser.ts";
import { listCompanyUsers } from "../../../../lib/company/users/listCompanyUsers.ts";
import { serve } from "../../_http/serve.ts";

export const GET = serve(listCompanyUsers);
export const POST = serve(createCompanyUser);
