import { setTimeout } from "node:timers/promises";
import { expect } from "vitest";
import { isLive, type ProviderBatch } from "../../../../lib/providers/contract/batch.ts";
import { ProviderError } from "../../../../lib/providers/contract/errors.ts";
import type { Fixture, Promised } from "../fixture.ts";
import { all, create, LONG_AGO, markOf, uploadLines, watchEnd } from "../sendBatch.ts";

const CREATES = "POST /v1/batches";
const TIMEOUT_MS = 100;

/** Creating without a doubt left: what is lost is found, what is late is kept off, nothing is sent twice. */
export const CREATING: readonly Promised[] = [
  {
    name: "a create whose reply was lost is known by what the capabilities say",
    check: async (fixture) => {
      const [ours, other] = [await uploadLines(fixture), await uploadLines(fixture, "b2")];
      await create(fixture, other, "b2");
      await fixture.faults("lost_reply_create:once");
      await expectLost(create(fixture, ours));
      const found = await knownAs(fixture, "b1", ours);
      expect(found).toHaveLength(1);
      const end = await watchEnd(fixture, found[0]?.id ?? "");
      expect(end.state).toBe("completed");
    },
  },
  {
    name: "a create is sent once, whatever comes back",
    check: async (fixture) => {
      const inputFileId = await uploadLines(fixture);
      const faults = [
        "http_error:once:status=503",
        "http_error:once:status=429,retry_after=0",
        "http_error:once:status=409",
        "connection_reset:once:when=after",
        "truncated_json:once",
        "html_200:once",
      ];
      for (const [sent, fault] of faults.entries()) {
        await fixture.faults(fault);
        await expectLost(create(fixture, inputFileId));
        expect((await fixture.happened()).calls[CREATES]).toBe(sent + 1);
      }
    },
  },
  {
    name: "a create is given up in its time, and whether it had an effect is unknown",
    check: async (fixture) => {
      const inputFileId = await uploadLines(fixture);
      await fixture.faults("slow_reply:once:ms=1h,path=/v1/batches");
      const call = fixture.provider.createBatch({
        inputFileId,
        endpoint: fixture.provider.endpoint,
        mark: markOf("b1"),
        timeoutMs: TIMEOUT_MS,
      });
      const error = call.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      // One that waits on is answered now; the timer of one that does not was due before this one.
      const answered = setTimeout(5 * TIMEOUT_MS).then(() => fixture.pass(2 * 3_600_000));
      const [reason] = await Promise.all([error, answered]);
      expect(reason).toMatchObject({ code: "provider_unreachable" });
    },
  },
  {
    name: "a create that lands late is kept from becoming a batch",
    check: async (fixture) => {
      const inputFileId = await uploadLines(fixture);
      await fixture.faults("late_create:once:ms=5s");
      await expectLost(create(fixture, inputFileId));
      switch (fixture.provider.capabilities.lateCreate) {
        case "fails_without_its_file":
          await fixture.provider.deleteFile(inputFileId);
      }
      await fixture.pass(60_000);
      for (const batch of await knownAs(fixture, "b1", inputFileId)) expect(isLive(batch)).toBe(false);
      expect(await fixture.happened()).toMatchObject({ linesExecuted: 0 });
    },
  },
];

async function expectLost(call: Promise<unknown>): Promise<void> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ProviderError);
}

/** What recovery would adopt. */
async function knownAs({ provider }: Fixture, batchId: string, inputFileId: string): Promise<ProviderBatch[]> {
  const listed = await all(provider.listBatches(LONG_AGO));
  const by = {
    mark: ({ mark }: ProviderBatch) => mark?.batchId === batchId && mark.installation === markOf(batchId).installation,
    input_file: (theirs: ProviderBatch) => theirs.inputFileId === inputFileId,
  };
  const found = provider.capabilities.knownBy.map((known) => listed.filter(by[known]));
  for (const each of found) expect(each.map(({ id }) => id)).toEqual(found[0]?.map(({ id }) => id));
  return found[0] ?? [];
}
