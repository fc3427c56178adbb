import { describeApi } from "../../../../lib/api/openapi.ts";
import { OPERATIONS } from "../../../../lib/operations.ts";
import manifest from "../../../../package.json" with { type: "json" };

/** The API's description. Nothing in it is secret: it stands in the source. */
export function GET(): Response {
  return Response.json(describeApi(OPERATIONS, manifest.version));
}
