import { revokeSessions } from "../../../../../../lib/admin/users/revokeSessions.ts";
import { serve } from "../../../../_http/serve.ts";

export const POST = serve(revokeSessions);
