import { notFound } from "../../../lib/api/errors.ts";
import { findMoved } from "../../../lib/api/movedAddress.ts";
import { OPERATIONS } from "../../../lib/operations.ts";
import { getWebContext } from "../../../lib/webContext.ts";
import { answerError, answerMoved } from "../_http/answer.ts";
import { enter } from "../_http/enter.ts";

/**
 * Every address below /api that nothing else answers: closed to strangers like all others, and nothing to the rest, unless
 * it is where an operation was until 0.2. What the caller may do is judged where they are sent; until then, nothing is read.
 */
async function refuse(request: Request): Promise<Response> {
  const web = getWebContext();
  const call = { requestId: web.ctx.newId(), operation: "none" };
  const moved = findMoved(OPERATIONS, request.method, new URL(request.url));
  try {
    await enter(web, moved ? ["platform"] : ["platform", "company"], request, call.requestId);
    if (moved) return answerMoved(moved, call.requestId);
    throw notFound("call");
  } catch (error) {
    return answerError(web, error, call);
  }
}

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as POST, refuse as PUT };
