import { RefusedError } from "../../../../../lib/api/errors.ts";
import { assertOurPages } from "../../../../../lib/api/recordDoor.ts";
import { CLIENT_IP_HEADER } from "../../../../../lib/auth/headers.ts";
import { readSignInCall } from "../../../../../lib/signIn/readSignInCall.ts";
import { getWebContext } from "../../../../../lib/webContext.ts";
import { answerError } from "../../../_http/answer.ts";

type Params = { params: Promise<{ realm: string; path: string[] }> };

/** The calls of the sign-in pages, answered by the sign-in library. */
async function handle(request: Request, { params }: Params): Promise<Response> {
  const web = getWebContext();
  const requestId = web.ctx.newId();
  try {
    const { realm, path } = await params;
    if (realm !== "platform" && realm !== "company")
      throw new RefusedError("not_found", "This sign-in does not exist.");
    if (request.method !== "GET") {
      await assertOurPages(web.ctx, request.headers, { from: request.headers.get(CLIENT_IP_HEADER), requestId });
    }
    const call = await readSignInCall(request, { realm, path: `/${path.join("/")}`, requestId }, web.ctx.clock);
    return withOurHeaders(await web.auth.handle(realm, call), requestId);
  } catch (error) {
    return answerError(web, error, { requestId, operation: "signIn" });
  }
}

function withOurHeaders(answer: Response, requestId: string): Response {
  const headers = new Headers(answer.headers);
  headers.set("Cache-Control", "no-store");
  headers.set("X-Request-Id", requestId);
  const retryAfter = headers.get("X-Retry-After");
  if (retryAfter !== null) headers.set("Retry-After", retryAfter);
  return new Response(answer.body, { status: answer.status, headers });
}

export { handle as GET, handle as POST };
