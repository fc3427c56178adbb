import { ApiError } from "../errors.ts";
import type { Shape } from "../shape/shape.ts";
import type { Call } from "./call.ts";

/** Lets a call pass that brings a key: `apiKey` when one is set, else any. Another is a 401, never repeated. */
export function authenticate(call: Call, shape: Shape, apiKey: string | undefined): void {
  const key = shape.keyOf(call.request.headers);
  if (key === undefined) {
    throw new ApiError(
      401,
      "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
    );
  }
  if (apiKey !== undefined && key !== apiKey) {
    throw new ApiError(401, "Incorrect API key provided. This emulator was started with a different key.", {
      code: "invalid_api_key",
    });
  }
}
