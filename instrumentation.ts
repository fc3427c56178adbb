import type { Instrumentation } from "next";
import { getWebContext } from "./lib/webContext.ts";

/** Called by Next when a page or a route throws. The person sees a general sentence and the digest that stands here. */
export const onRequestError: Instrumentation.onRequestError = (error, request, context) => {
  const digest = typeof error === "object" && error !== null && "digest" in error ? error.digest : undefined;
  getWebContext().ctx.log.error({
    event: "web.request_failed",
    method: request.method,
    route: context.routePath,
    kind: context.routeType,
    digest,
    error,
  });
};
