import { LiveDashError } from "../errors.ts";
import type { BatchProvider } from "./contract/provider.ts";

function refuse(): never {
  throw new LiveDashError("no_provider", "This was started without a provider, and nothing in it should need one.");
}

/** Stands where an operation is called that needs no provider: to open one takes longer than the answer. */
export const noProvider: BatchProvider = {
  name: "none",
  get capabilities(): never {
    return refuse();
  },
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
