import { expect } from "vitest";
import { hasEnded, mayHaveRun } from "../../../../lib/providers/contract/batch.ts";
import { lifetimeOf } from "../../../../lib/providers/contract/capabilities.ts";
import type { Promised } from "../fixture.ts";
import {
  create,
  encode,
  idsOf,
  labelOf,
  markOf,
  readResults,
  send,
  upload,
  uploadLines,
  watch,
  watchEnd,
} from "../sendBatch.ts";

/** Batches: what they are known by, how far they are, what they leave. */
export const BATCHES: readonly Promised[] = [
  {
    name: "a batch keeps its id, its input file and its mark",
    check: async (fixture) => {
      const inputFileId = await uploadLines(fixture);
      const created = await create(fixture, inputFileId);
      expect(created.id).toMatch(/\S/);
      const known = { id: created.id, inputFileId, mark: markOf("b1") };
      expect(created).toMatchObject(known);
      expect(await fixture.provider.retrieveBatch(created.id)).toMatchObject(known);
    },
  },
  {
    name: "its states are those of the contract, in their order, and a word that was recorded means the same later",
    check: async (fixture) => {
      const seen = await watch(fixture, (await send(fixture)).id);
      const states = [...new Set(seen.map(({ state }) => state))];
      expect(states).toEqual(["validating", "running", "finishing", "completed"]);
      for (const { state, word } of seen) expect(fixture.provider.stateOf(word)).toBe(state);
    },
  },
  {
    name: "a state that nobody knows is unknown, and no end",
    check: async (fixture) => {
      await fixture.faults("unknown_status:status=in_limbo,ms=1h");
      const { id } = await send(fixture);
      await fixture.pass(2_000);
      const batch = await fixture.provider.retrieveBatch(id);
      expect(batch).toMatchObject({ state: "unknown", word: expect.stringMatching(/limbo/i) });
      expect(hasEnded(batch)).toBe(false);
      expect(fixture.provider.stateOf("constructor")).toBe("unknown");
    },
  },
  {
    name: "its results hold a line for each request, answers and failures, and say which of both",
    check: async (fixture) => {
      await fixture.faults({ kind: "line_error", filter: { custom_id: "request-2" }, params: { status: 500 } });
      const end = await watchEnd(fixture, (await send(fixture)).id);
      expect(end.counts).toEqual({ total: 3, completed: 2, failed: 1 });
      const lines = await readResults(fixture, end);
      const read = lines.map((line) => (line.kind === "unreadable" ? "?" : `${line.requestId} ${line.kind}`));
      expect(read.sort()).toEqual(["request-1 answer", "request-2 failure", "request-3 answer"]);
      for (const result of end.results) {
        const kinds = new Set((await readResults(fixture, { ...end, results: [result] })).map(({ kind }) => kind));
        expect([...kinds]).toEqual([result.holds === "answers" ? "answer" : "failure"]);
      }
    },
  },
  {
    name: "a cancel is taken, and what had finished by then is among the results",
    check: async (fixture) => {
      if (fixture.provider.capabilities.cancelTakesMs === null) return;
      await fixture.faults("stuck_in_progress:share=0.5");
      const { id } = await send(fixture, 4);
      await fixture.pass(20_000);
      expect((await fixture.provider.cancelBatch(id)).state).toMatch(/^cancell/);
      const end = await watchEnd(fixture, id);
      expect(end.state).toBe("cancelled");
      expect(mayHaveRun(end)).toBe(true);
      const lines = await readResults(fixture, end);
      expect(lines.filter(({ kind }) => kind === "answer").length).toBeGreaterThan(0);
    },
  },
  {
    name: "a batch states an expiry only where it keeps to it",
    check: async (fixture) => {
      const { createdAt, expiresAt } = await send(fixture);
      const lifetimeMs = lifetimeOf(fixture.provider.capabilities);
      if (lifetimeMs === null) expect(expiresAt).toBeNull();
      else expect((expiresAt?.getTime() ?? 0) - (createdAt?.getTime() ?? 0)).toBe(lifetimeMs);
    },
  },
  {
    name: "a file that is refused names its line, and whose fault it is",
    check: async (fixture) => {
      const [first = ""] = idsOf(1);
      const inputFileId = await upload(fixture, labelOf("b1"), [encode(fixture, first), "{"]);
      const end = await watchEnd(fixture, (await create(fixture, inputFileId)).id);
      expect(end.state).toBe("failed");
      expect(mayHaveRun(end) && end.counts.completed + end.counts.failed > 0).toBe(false);
      expect(end.errors).toMatchObject([{ line: 2, fault: "line" }]);
    },
  },
  {
    name: "too many waiting tokens are told with their limit, as a number",
    check: async (fixture) => {
      await fixture.faults("failed_validation:code=token_limit_exceeded,limit=2000000");
      const end = await watchEnd(fixture, (await send(fixture)).id);
      const limit = { of: "tokens", most: 2_000_000 };
      expect(end).toMatchObject({ state: "failed", errors: [{ line: null, fault: "tokens", limit }] });
    },
  },
  ...[
    ["errors_list", "an empty list of errors"],
    ["numbers_for_codes", "numbers for codes"],
    ["iso_times", "times as texts"],
    ["ms_times", "times in milliseconds"],
    ["no_counts", "no counts"],
    ["capitals", "its status in capitals"],
    ["blanks", "blanks for ids"],
    ["words_for_none", "words for none"],
    ["wrapped", "an object around it"],
  ].map(([how, what]) => ({
    name: `a batch is read although it has ${what}`,
    check: async (fixture: Parameters<Promised["check"]>[0]) => {
      const { id } = await send(fixture);
      await fixture.faults(`odd_batches:how=${how}`);
      const batch = await fixture.provider.retrieveBatch(id);
      expect(batch).toMatchObject({ id, state: "validating", results: [], mark: markOf("b1") });
      expect(batch.createdAt).toBeInstanceOf(Date);
    },
  })),
];
