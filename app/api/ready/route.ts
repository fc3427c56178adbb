import { readReadiness } from "../../../lib/admin/doctor/readReadiness.ts";
import { getWebContext } from "../../../lib/webContext.ts";

/**
 * Whether calls can be taken: 200, or 503; and whether all spending is stopped, or nothing is done because the database is a
 * copy: it shows everything all the same, so neither is a reason to send nobody here. No details.
 */
export async function GET(): Promise<Response> {
  const readiness = await readReadiness(getWebContext().ctx);
  return Response.json(readiness, { status: readiness.ok ? 200 : 503, headers: { "Cache-Control": "no-store" } });
}
