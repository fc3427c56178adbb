import { notFound } from "../../../lib/api/errors.ts";
import { getWebContext } from "../../../lib/webContext.ts";
import { answerError } from "../_http/answer.ts";
import { enter } from "../_http/enter.ts";

/** Every address below /api that nothing else answers: closed to strangers like all others, and nothing to the rest. */
async function refuse(request: Request): Promise<Response> {
  const web = getWebContext();
  const call = { requestId: web.ctx.newId(), verb: "none" };
  try {
    await enter(web, ["platform", "company"], request, call.requestId);
    throw notFound("call");
  } catch (error) {
    return answerError(web, error, call);
  }
}

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as POST, refuse as PUT };
