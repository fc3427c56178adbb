import { readMetrics } from "../../lib/admin/metrics/readMetrics.ts";
import { serve } from "../api/_http/serve.ts";

export const GET = serve(readMetrics);
