import { isReady } from "../../../lib/api/health.ts";
import { getWebContext } from "../../../lib/webContext.ts";

/** Whether calls can be taken: 200, or 503. No details. */
export async function GET(): Promise<Response> {
  const ok = await isReady(getWebContext().ctx);
  return Response.json({ ok }, { status: ok ? 200 : 503, headers: { "Cache-Control": "no-store" } });
}
