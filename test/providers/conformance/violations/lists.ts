import { mapped, onlyFirst, orNothing, type Violation } from "./violation.ts";

export const LISTS: readonly Violation[] = [
  {
    name: "lists the first page alone",
    breaks: (provider) => ({ ...provider, listBatches: (since) => onlyFirst(provider.listBatches(since), 100) }),
    caughtBy: "batches are listed to the last page",
  },
  {
    name: "lists a batch twice",
    breaks: (provider) => ({
      ...provider,
      listBatches: async function* (since) {
        for await (const batch of provider.listBatches(since)) yield* [batch, batch];
      },
    }),
    caughtBy: "batches are listed, each once, in a list that is odd: shuffled",
  },
  {
    name: "takes a list that is oldest first for one that ends there",
    breaks: (provider) => ({ ...provider, listBatches: (since) => onlyFirst(provider.listBatches(since), 2) }),
    caughtBy: "batches are listed, each once, in a list that is odd: oldest_first",
  },
  {
    name: "lists nothing of the very moment that is asked for",
    breaks: (provider) => ({
      ...provider,
      listBatches: async function* (since) {
        for await (const batch of provider.listBatches(since)) if ((batch.createdAt ?? since) > since) yield batch;
      },
    }),
    caughtBy: "batches from before the time that is asked for may be left out, others not",
  },
  {
    name: "takes a list that it cannot read for an empty one",
    breaks: (provider) => ({ ...provider, listBatches: (since) => orNothing(provider.listBatches(since)) }),
    caughtBy: "a list that cannot be read is not empty: html_200",
  },
  {
    name: "does not tell its files apart",
    breaks: (provider) => ({
      ...provider,
      listInputFiles: (since) => mapped(provider.listInputFiles(since), (file) => ({ ...file, label: null })),
    }),
    caughtBy: "input files are listed with their labels, what tells of a takeover too",
  },
];
