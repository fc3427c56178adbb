import { ApiError } from "../../errors.ts";
import { randomFrom } from "../../random.ts";
import { type Completion, inputsOf, inputUsage } from "./endpoint.ts";

/** The answer of /v1/embeddings: small vectors of length 1, the same for the same input. */
export function embeddings(body: Record<string, unknown>): Completion {
  const usage = inputUsage(body);
  const dimensions = body.dimensions ?? 8;
  if (typeof dimensions !== "number" || !Number.isInteger(dimensions) || dimensions < 1 || dimensions > 4_096) {
    throw new ApiError(400, "'dimensions' must be a whole number from 1 to 4096.", { param: "dimensions" });
  }
  const data = inputsOf(body).map((input, index) => {
    const random = randomFrom(JSON.stringify(input) ?? "");
    const vector = Array.from({ length: dimensions }, () => random() * 2 - 1);
    const length = Math.hypot(...vector);
    const unit = Float32Array.from(vector, (value) => value / length);
    const embedding = body.encoding_format === "base64" ? Buffer.from(unit.buffer).toString("base64") : [...unit];
    return { object: "embedding", index, embedding };
  });
  return {
    usage,
    whole: true,
    body: {
      object: "list",
      data,
      model: body.model,
      usage: { prompt_tokens: usage.inputTokens, total_tokens: usage.inputTokens },
    },
  };
}
