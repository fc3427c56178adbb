import { expect } from "vitest";
import { ProviderError } from "../../../../lib/providers/contract/errors.ts";
import type { Promised } from "../fixture.ts";
import { all, labelOf, NEVER, send, uploadLines, watchEnd } from "../sendBatch.ts";

const CHUNK = Buffer.alloc(256 * 1024, " ");
const CHUNKS = 400;

/** Files: streamed in both directions, given up at once, deleted for good. */
export const FILES: readonly Promised[] = [
  {
    name: "a file comes back as it was sent, and states no more bytes than it has",
    check: async (fixture) => {
      const id = await uploadLines(fixture, "b1", 50);
      const { bytes, content } = await fixture.provider.openFile(id, NEVER);
      const read = Buffer.concat(await all(content));
      expect(read.toString().trim().split("\n")).toHaveLength(50);
      if (bytes !== null) expect(bytes).toBe(read.length);
    },
  },
  {
    name: "an upload is streamed: what is given up is not read to its end",
    check: async ({ provider }) => {
      const giveUp = new AbortController();
      let given = 0;
      let isClosed = false;
      const open = async function* () {
        try {
          for (; given < CHUNKS; given++) {
            if (given === 8) giveUp.abort();
            yield CHUNK;
          }
        } finally {
          isClosed = true;
        }
      };
      const call = provider.uploadInput({ label: labelOf("b1"), open }, giveUp.signal);
      await expect(call).rejects.toBeInstanceOf(ProviderError);
      expect(given).toBeLessThan(CHUNKS / 2);
      await expect.poll(() => isClosed).toBe(true);
    },
  },
  {
    name: "a download is streamed: what is given up ends with an error, in the middle",
    check: async (fixture) => {
      await fixture.faults("line_huge");
      const end = await watchEnd(fixture, (await send(fixture, 6)).id);
      const giveUp = new AbortController();
      const { content } = await fixture.provider.openFile(end.results[0]?.id ?? "", giveUp.signal);
      let received = 0;
      const read = async () => {
        for await (const chunk of content) {
          received += chunk.length;
          giveUp.abort();
        }
      };
      await expect(read()).rejects.toBeInstanceOf(ProviderError);
      expect(received).toBeLessThan(12_000_000);
    },
  },
  {
    name: "a download that breaks off is an error, and no end",
    check: async (fixture) => {
      const end = await watchEnd(fixture, (await send(fixture, 20)).id);
      await fixture.faults("download_cut:share=0.5");
      const { content } = await fixture.provider.openFile(end.results[0]?.id ?? "", NEVER);
      await expect(all(content)).rejects.toMatchObject({ code: "provider_unreachable" });
    },
  },
  {
    name: "a file is deleted for good, and to delete it again is no error",
    check: async (fixture) => {
      const id = await uploadLines(fixture);
      await fixture.provider.deleteFile(id);
      await fixture.provider.deleteFile(id);
      await expect(fixture.provider.openFile(id, NEVER)).rejects.toMatchObject({ code: "provider_not_found" });
      expect((await all(fixture.provider.listInputFiles())).map((file) => file.id)).not.toContain(id);
    },
  },
  {
    name: "a deletion that is refused is an error",
    check: async (fixture) => {
      const id = await uploadLines(fixture);
      await fixture.faults("http_error:status=500");
      await expect(fixture.provider.deleteFile(id)).rejects.toMatchObject({ code: "provider_unreachable" });
    },
  },
];
