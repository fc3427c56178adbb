import { listSchedulers } from "../../../../lib/admin/schedulers/listSchedulers.ts";
import { serve } from "../../_http/serve.ts";

export const GET = serve(listSchedulers);
