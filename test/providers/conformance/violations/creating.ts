import { ProviderError } from "../../../../lib/providers/contract/errors.ts";
import { failing, retold, type Violation } from "./violation.ts";

export const CREATING: readonly Violation[] = [
  {
    name: "tries a create again",
    breaks: (provider) => ({
      ...provider,
      createBatch: (batch) => provider.createBatch(batch).catch(() => provider.createBatch(batch)),
    }),
    caughtBy: "a create is sent once, whatever comes back",
  },
  {
    name: "cannot be known by its input file, and says that it can",
    breaks: (provider) => retold(provider, (batch) => ({ ...batch, inputFileId: null })),
    caughtBy: "a create whose reply was lost is known by what the capabilities say",
  },
  {
    name: "takes a lost reply for a refusal",
    breaks: (provider) => failing(provider, () => new ProviderError("provider_refused", "It was refused.")),
    caughtBy: "a create is given up in its time, and whether it had an effect is unknown",
  },
  {
    name: "waits for a create as long as it takes",
    breaks: (provider) => ({
      ...provider,
      createBatch: (batch) => provider.createBatch({ ...batch, timeoutMs: 2_147_483_647 }),
    }),
    caughtBy: "a create is given up in its time, and whether it had an effect is unknown",
  },
  {
    name: "says that a file is deleted, and leaves it",
    breaks: (provider) => ({ ...provider, deleteFile: async () => {} }),
    caughtBy: "a create that lands late is kept from becoming a batch",
  },
];
