import type { Capabilities } from "../contract/capabilities.ts";
import type { Endpoint } from "./encodeLine.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

export const OPENAI_CAPABILITIES: Capabilities = {
  knownBy: ["mark", "input_file"],
  lateCreate: "fails_without_its_file",
  endpoints: ["/v1/chat/completions", "/v1/responses"] satisfies [Endpoint, ...Endpoint[]],
  mostLines: 50_000,
  mostBytes: 200_000_000,
  listedAtOnce: 100,
  batchesPerHour: 2_000,
  completionWindowMs: DAY_MS,
  expires: true,
  filesKeptMs: 30 * DAY_MS,
  // Ten minutes by the documentation; what had finished is said only then.
  cancelTakesMs: 15 * MINUTE_MS,
};
