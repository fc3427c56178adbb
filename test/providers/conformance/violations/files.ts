import { ProviderError } from "../../../../lib/providers/contract/errors.ts";
import { once, orNothing, readAll, type Violation } from "./violation.ts";

export const FILES: readonly Violation[] = [
  {
    name: "states more bytes than a file has",
    breaks: (provider) => ({
      ...provider,
      openFile: async (id, signal) => {
        const file = await provider.openFile(id, signal);
        return { ...file, bytes: (file.bytes ?? 0) + 1 };
      },
    }),
    caughtBy: "a file comes back as it was sent, and states no more bytes than it has",
  },
  {
    name: "takes a whole upload into memory",
    breaks: (provider) => ({
      ...provider,
      uploadInput: async ({ label, open }, signal) => {
        const content = await readAll(open());
        return provider.uploadInput({ label, open: () => once(content) }, signal);
      },
    }),
    caughtBy: "an upload is streamed: what is given up is not read to its end",
  },
  {
    name: "takes a whole download into memory",
    breaks: (provider) => ({
      ...provider,
      openFile: async (id, signal) => {
        const { bytes, content } = await provider.openFile(id, signal);
        return { bytes, content: once(await readAll(content)) };
      },
    }),
    caughtBy: "a download is streamed: what is given up ends with an error, in the middle",
  },
  {
    name: "ends a download where it breaks off",
    breaks: (provider) => ({
      ...provider,
      openFile: async (id, signal) => {
        const { bytes, content } = await provider.openFile(id, signal);
        return { bytes, content: orNothing(content) };
      },
    }),
    caughtBy: "a download that breaks off is an error, and no end",
  },
  {
    name: "cannot delete what is gone",
    breaks: (provider) => {
      const gone = new Set<string>();
      return {
        ...provider,
        deleteFile: async (id) => {
          if (gone.has(id)) throw new ProviderError("provider_not_found", "It is gone.");
          gone.add(id);
          await provider.deleteFile(id);
        },
      };
    },
    caughtBy: "a file is deleted for good, and to delete it again is no error",
  },
  {
    name: "takes every refusal of a deletion for done",
    breaks: (provider) => ({ ...provider, deleteFile: (id) => provider.deleteFile(id).catch(() => {}) }),
    caughtBy: "a deletion that is refused is an error",
  },
];
