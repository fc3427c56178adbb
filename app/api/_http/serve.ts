import { lastingKindOf } from "../../../lib/api/lastingCalls.ts";
import { authoriseOperation, type CallContext, callOperation, type Operation } from "../../../lib/api/operation.ts";
import { PLATFORM_PERMISSIONS } from "../../../lib/auth/permissions.ts";
import { getWebContext } from "../../../lib/webContext.ts";
import { answerError, answerJson } from "./answer.ts";
import { answerLasting } from "./answerLasting.ts";
import { enter } from "./enter.ts";
import { readInput } from "./readInput.ts";

/** Next gives no parameters to a route that has none in its path. */
type Params = { params: Promise<Record<string, string> | undefined> };
export type Handler = ((request: Request, params: Params) => Promise<Response>) & { operation?: Operation };

/** The HTTP side of an operation: who asks, may they, what do they ask, and the answer or the refusal as JSON. */
export function serve(operation: Operation): Handler {
  const realm = operation.permission in PLATFORM_PERMISSIONS ? "platform" : "company";
  const handler: Handler = async (request, { params }) => {
    const web = getWebContext();
    const requestId = web.ctx.newId();
    try {
      const ctx: CallContext = { ...web.ctx, ...(await enter(web, [realm], request, requestId)), requestId };
      // Before anything of the call is read: who may not make it learns nothing else about it.
      await authoriseOperation(ctx, operation);
      const { input, body } = await readInput(operation, request, (await params) ?? {}, web.ctx.clock);
      const kind = lastingKindOf(operation);
      if (kind) return await answerLasting(ctx, operation, { kind, input, body, isHead: request.method === "HEAD" });
      return answerJson(await callOperation(ctx, operation, input), requestId, operation.status);
    } catch (error) {
      return answerError(web, error, { requestId, operation: operation.name });
    }
  };
  handler.operation = operation;
  return handler;
}
