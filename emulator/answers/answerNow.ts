import type { EmulatorContext } from "../context.ts";
import { ApiError, missingParameter } from "../errors.ts";
import type { Call } from "../http/call.ts";
import { json, type Reply } from "../http/reply.ts";
import { endpoints } from "./endpoints.ts";

/** POST to an endpoint itself: the same answer that a line of a batch would get, at once. */
export async function answerNow(emulator: EmulatorContext, call: Call): Promise<Reply> {
  const body = await call.json();
  const endpoint = endpoints[call.path];
  if (!endpoint) throw new ApiError(404, `The emulator does not answer ${call.path}.`);
  if (typeof body.model !== "string" || body.model === "") throw missingParameter("model");
  if (body[endpoint.required] === undefined) throw missingParameter(endpoint.required);
  if (body.stream === true) {
    throw new ApiError(400, "The emulator does not stream answers.", { param: "stream", code: "unsupported_value" });
  }
  const { models } = emulator.settings;
  if (models && !models.includes(body.model)) {
    throw new ApiError(404, `The model '${body.model}' does not exist or you do not have access to it.`, {
      code: "model_not_found",
    });
  }
  const now = emulator.clock.now();
  const completion = endpoint.answer(body, {
    idSeed: `${now} ${emulator.random()}`,
    createdSeconds: Math.floor(now / 1_000),
    serviceTier: "default",
    known: emulator.knownAnswers,
    adjust: (answer) => answer,
  });
  emulator.ledger.recordSynchronous(completion.usage);
  return json(completion.body);
}
