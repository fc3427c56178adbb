import { findById } from "../../../../lib/admin/find/findById.ts";
import { serve } from "../../_http/serve.ts";

export const GET = serve(findById);
