import { lastingKindOf } from "../../../lib/api/lastingCalls.ts";
import { authoriseVerb, type CallContext, callVerb, type Verb } from "../../../lib/api/verb.ts";
import { PLATFORM_PERMISSIONS } from "../../../lib/auth/permissions.ts";
import { getWebContext } from "../../../lib/webContext.ts";
import { answerError, answerJson } from "./answer.ts";
import { answerLasting } from "./answerLasting.ts";
import { enter } from "./enter.ts";
import { readInput } from "./readInput.ts";

/** Next gives no parameters to a route that has none in its path. */
type Params = { params: Promise<Record<string, string> | undefined> };
export type Handler = ((request: Request, params: Params) => Promise<Response>) & { verb?: Verb };

/** The HTTP side of a verb: who asks, may they, what do they ask, and the answer or the refusal as JSON. */
export function serve(verb: Verb): Handler {
  const realm = verb.permission in PLATFORM_PERMISSIONS ? "platform" : "company";
  const handler: Handler = async (request, { params }) => {
    const web = getWebContext();
    const requestId = web.ctx.newId();
    try {
      const ctx: CallContext = { ...web.ctx, ...(await enter(web, [realm], request, requestId)), requestId };
      // Before anything of the call is read: who may not make it learns nothing else about it.
      await authoriseVerb(ctx, verb);
      const { input, body } = await readInput(verb, request, (await params) ?? {}, web.ctx.clock);
      const kind = lastingKindOf(verb);
      if (kind) return await answerLasting(ctx, verb, { kind, input, body, isHead: request.method === "HEAD" });
      return answerJson(await callVerb(ctx, verb, input), requestId, verb.status);
    } catch (error) {
      return answerError(web, error, { requestId, verb: verb.name });
    }
  };
  handler.verb = verb;
  return handler;
}
