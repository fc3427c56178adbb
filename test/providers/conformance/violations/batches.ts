import { ProviderError } from "../../../../lib/providers/contract/errors.ts";
import { retold, type Violation } from "./violation.ts";

export const BATCHES: readonly Violation[] = [
  {
    name: "forgets the mark",
    breaks: (provider) => retold(provider, (batch) => ({ ...batch, mark: null })),
    caughtBy: "a batch keeps its id, its input file and its mark",
  },
  {
    name: "loses the hash in the mark",
    breaks: (provider) =>
      retold(provider, (batch) => ({ ...batch, mark: batch.mark && { ...batch.mark, hash: null } })),
    caughtBy: "a batch keeps its id, its input file and its mark",
  },
  {
    name: "takes a state that it does not know for an end",
    breaks: (provider) =>
      retold(provider, (batch) => (batch.state === "unknown" ? { ...batch, state: "failed" } : batch)),
    caughtBy: "a state that nobody knows is unknown, and no end",
  },
  {
    name: "says that it is done while results are still being written",
    breaks: (provider) =>
      retold(provider, (batch) => (batch.state === "finishing" ? { ...batch, state: "completed" } : batch)),
    caughtBy: "its states are those of the contract, in their order, and a word that was recorded means the same later",
  },
  {
    name: "does not know its own words again",
    breaks: (provider) => ({ ...provider, stateOf: () => "unknown" }),
    caughtBy: "its states are those of the contract, in their order, and a word that was recorded means the same later",
  },
  {
    name: "names no failures among the results",
    breaks: (provider) =>
      retold(provider, (batch) => ({ ...batch, results: batch.results.filter(({ holds }) => holds === "answers") })),
    caughtBy: "its results hold a line for each request, answers and failures, and say which of both",
  },
  {
    name: "takes failures for answers",
    breaks: (provider) =>
      retold(provider, (batch) => ({ ...batch, results: batch.results.map(({ id }) => ({ id, holds: "answers" })) })),
    caughtBy: "its results hold a line for each request, answers and failures, and say which of both",
  },
  {
    name: "names the results of completed batches alone",
    breaks: (provider) =>
      retold(provider, (batch) => (batch.state === "completed" ? batch : { ...batch, results: [] })),
    caughtBy: "a cancel is taken, and what had finished by then is among the results",
  },
  {
    name: "cancels nothing",
    breaks: (provider) => ({ ...provider, cancelBatch: provider.retrieveBatch }),
    caughtBy: "a cancel is taken, and what had finished by then is among the results",
  },
  {
    name: "makes an expiry up",
    breaks: (provider) => retold(provider, (batch) => ({ ...batch, expiresAt: new Date(8.64e12) })),
    caughtBy: "a batch states an expiry only where it keeps to it",
  },
  {
    name: "counts lines from 0",
    breaks: (provider) =>
      retold(provider, (batch) => ({
        ...batch,
        errors: batch.errors.map((error) => ({ ...error, line: error.line && error.line - 1 })),
      })),
    caughtBy: "a file that is refused names its line, and whose fault it is",
  },
  {
    name: "judges no error",
    breaks: (provider) =>
      retold(provider, (batch) => ({
        ...batch,
        errors: batch.errors.map((error) => ({ ...error, fault: "unknown" })),
      })),
    caughtBy: "a file that is refused names its line, and whose fault it is",
  },
  {
    name: "leaves the limit in the words",
    breaks: (provider) =>
      retold(provider, (batch) => ({ ...batch, errors: batch.errors.map((error) => ({ ...error, limit: null })) })),
    caughtBy: "too many waiting tokens are told with their limit, as a number",
  },
  {
    name: "refuses a batch that states no counts",
    breaks: (provider) =>
      retold(provider, (batch) => {
        if (batch.counts.total > 0) return batch;
        throw new ProviderError("provider_unreachable", "It is no batch.");
      }),
    caughtBy: "a batch is read although it has no counts",
  },
];
