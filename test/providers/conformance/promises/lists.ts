import { expect } from "vitest";
import type { Fixture, Promised } from "../fixture.ts";
import { all, create, LONG_AGO, labelOf, markOf, send, upload, uploadLines } from "../sendBatch.ts";

const BEYOND_A_PAGE = 101;

/** Lists: what is there is found, whatever stands beside it, and what cannot be read is no empty list. */
export const LISTS: readonly Promised[] = [
  ...["oldest_first", "shuffled", "strangers", "no_has_more"].map((how) => ({
    name: `batches are listed, each once, in a list that is odd: ${how}`,
    check: async (fixture: Fixture) => {
      const inputFileId = await uploadLines(fixture);
      const ours: string[] = [];
      for (const batchId of ["b1", "b2", "b3"]) ours.push((await create(fixture, inputFileId, batchId)).id);
      await fixture.faults(`odd_list:how=${how}`);
      const listed = await all(fixture.provider.listBatches(LONG_AGO));
      const found = listed.filter(({ mark }) => mark?.installation === markOf("b1").installation);
      expect(found.map(({ id }) => id).sort()).toEqual(ours.sort());
      expect(found.map(({ mark }) => mark?.batchId).sort()).toEqual(["b1", "b2", "b3"]);
    },
  })),
  {
    name: "batches are listed to the last page",
    check: async (fixture) => {
      const inputFileId = await uploadLines(fixture, "b1", 1);
      const batchIds = Array.from({ length: BEYOND_A_PAGE }, (_, index) => `b${index}`);
      await Promise.all(batchIds.map((batchId) => create(fixture, inputFileId, batchId)));
      const listed = await all(fixture.provider.listBatches(LONG_AGO));
      expect(new Set(listed.map(({ mark }) => mark?.batchId))).toEqual(new Set(batchIds));
    },
  },
  {
    name: "batches from before the time that is asked for may be left out, others not",
    check: async (fixture) => {
      const { createdAt, id } = await send(fixture);
      const since = new Date(createdAt?.getTime() ?? 0);
      expect((await all(fixture.provider.listBatches(since))).map((batch) => batch.id)).toEqual([id]);
    },
  },
  ...["html_200", "truncated_json", "http_error:status=500", "connection_reset"].map((fault) => ({
    name: `a list that cannot be read is not empty: ${fault}`,
    check: async (fixture: Fixture) => {
      await send(fixture);
      await fixture.faults(fault);
      await expect(all(fixture.provider.listBatches(LONG_AGO))).rejects.toMatchObject({ code: "provider_unreachable" });
      await expect(all(fixture.provider.listInputFiles())).rejects.toMatchObject({ code: "provider_unreachable" });
    },
  })),
  {
    name: "input files are listed with their labels, what tells of a takeover too",
    check: async (fixture) => {
      const takeover = { kind: "takeover", installation: "conformance", generation: 4 } as const;
      const ids = [await uploadLines(fixture), await upload(fixture, takeover, ["{}"])];
      const listed = await all(fixture.provider.listInputFiles());
      const labels = new Map(listed.map(({ id, label }) => [id, label]));
      expect(ids.map((id) => labels.get(id))).toEqual([labelOf("b1"), takeover]);
      expect(listed[0]?.createdAt).toBeInstanceOf(Date);
    },
  },
];
