import { createUser } from "../../../../lib/admin/users/createUser.ts";
import { listUsers } from "../../../../lib/admin/users/listUsers.ts";
import { serve } from "../../_http/serve.ts";

export const GET = serve(listUsers);
export const POST = serve(createUser);
