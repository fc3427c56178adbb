import type { IncomingMessage, ServerResponse } from "node:http";
import type { EmulatorContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { findFault } from "../faults/registry.ts";
import type { ChosenFault } from "../store/records.ts";
import { authenticate } from "./authenticate.ts";
import { Call } from "./call.ts";
import { refuseStrangers } from "./refuseStrangers.ts";
import { json, type Reply } from "./reply.ts";
import { findRoute } from "./routes.ts";
import { sendReply } from "./sendReply.ts";

/** Takes one HTTP request through key, faults, handler and faults again, and sends the reply. It never rejects. */
export async function handleCall(
  emulator: EmulatorContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let reply: Reply;
  try {
    reply = await replyTo(emulator, new Call(request, emulator.shape.prefix));
  } catch (error) {
    reply = refuse(emulator, error);
  }
  try {
    await sendReply(response, reply);
    if (!request.complete) request.resume();
  } catch (error) {
    emulator.logger.error({ err: error }, "a reply could not be sent");
    response.destroy();
  }
}

/** What a call is answered, faults included; whoever takes calls by another way than HTTP sends it himself. */
export async function replyTo(emulator: EmulatorContext, call: Call): Promise<Reply> {
  refuseStrangers(call, emulator.settings);
  if (!call.isApi) {
    const route = findRoute(call);
    return route.handler(emulator, call, route.id);
  }
  try {
    return emulator.shape.show(call, await replyOfApi(emulator, call));
  } catch (error) {
    return emulator.shape.show(call, refuse(emulator, error));
  }
}

async function replyOfApi(emulator: EmulatorContext, call: Call): Promise<Reply> {
  authenticate(call, emulator.shape, emulator.settings.apiKey);
  const tools = toolsOf(emulator);
  const chosen = emulator.faults.choose("call", { method: call.method, path: call.path }, emulator.random);
  let reply = await handle(emulator, call, chosen);
  for (const { kind, params } of chosen) {
    reply = (await findFault(kind)?.onReply?.(call, reply, params, tools)) ?? reply;
  }
  return reply;
}

async function handle(emulator: EmulatorContext, call: Call, chosen: ChosenFault[]): Promise<Reply> {
  const tools = toolsOf(emulator);
  try {
    const route = findRoute(call);
    emulator.ledger.recordCall(route.name);
    for (const { kind, params } of chosen) {
      const early = await findFault(kind)?.onCall?.(call, params, tools);
      if (early) return early;
    }
    return await route.handler(emulator, call, route.id);
  } catch (error) {
    return refuse(emulator, error);
  }
}

function toolsOf({ clock, random, closing, store }: EmulatorContext) {
  return { clock, random, signal: closing, dropFile: (id: string) => store.deleteFile(id) };
}

/** An error as its reply. What is no ApiError is the emulator's own failure: logged, and a 500. */
function refuse(emulator: EmulatorContext, error: unknown): Reply {
  if (error instanceof ApiError) return json(error.toBody(), error.status, error.headers);
  emulator.logger.error({ err: error }, "a call failed inside the emulator");
  const own = new ApiError(500, "The emulator itself failed; its log says why.", { type: "server_error" });
  return json(own.toBody(), own.status);
}
