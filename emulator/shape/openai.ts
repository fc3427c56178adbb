import { bearerKey, type Shape } from "./shape.ts";

const HOUR = 3_600;

/** OpenAI's own Batch API. */
export const openai: Shape = {
  prefix: "/v1",
  keyOf: bearerKey,
  endpointOf: (path) => path,
  maxLines: 50_000,
  lifetime: { least: HOUR, most: 720 * HOUR, usual: 720 * HOUR },
  processesUploads: false,
  expires: true,
  writesEmptyFiles: false,
  show: (_call, reply) => reply,
};
