import { LiveDashError } from "../errors.ts";
import type { BatchProvider } from "./contract/provider.ts";
import { OPENAI_CAPABILITIES } from "./openai/capabilities.ts";

function refuse(): never {
  throw new LiveDashError("no_provider", "This was started without a provider, and nothing in it should need one.");
}

/** Stands where an operation is called that asks a provider for nothing but what it can do: to open one takes longer than the answer. */
export const noProvider: BatchProvider = {
  name: "none",
  capabilities: OPENAI_CAPABILITIES,
  endpoint: "",
  encodeLine: refuse,
  readRequestId: refuse,
  readLine: refuse,
  stateOf: refuse,
  check: refuse,
  uploadInput: refuse,
  createBatch: refuse,
  retrieveBatch: refuse,
  listBatches: refuse,
  cancelBatch: refuse,
  openFile: refuse,
  listInputFiles: refuse,
  deleteFile: refuse,
  close: async () => {},
};
