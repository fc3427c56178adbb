import { expect, it } from "vitest";
import { FAMILIES, findFaults, type ReadReport } from "../../scripts/faults/families.ts";

function reportOf(family: string, change: Partial<ReadReport> = {}): ReadReport {
  const zeroes = { requestsLost: 0, resultsAppliedTwice: 0, linesBoughtTwice: 0, liveDuplicates: 0 };
  return { family, cases: 20_000, requests: 20_000, ...zeroes, facts: { kills: 300 }, ...change };
}

const all = FAMILIES.map(({ family }) => reportOf(family));

it("finds nothing wrong when every family ran and all is 0", () => {
  expect(findFaults(all, true)).toEqual([]);
});

it("misses a family that did not report", () => {
  expect(findFaults(all.slice(1), false)).toEqual(["crash-matrix: no report; its tests did not run to their end."]);
});

it.each<[string, Partial<ReadReport>, string]>([
  ["a request lost", { requestsLost: 1 }, "kill-9: 1 requests lost."],
  ["a result applied twice", { resultsAppliedTwice: 2 }, "kill-9: 2 results applied twice."],
  ["a line bought twice", { linesBoughtTwice: 3 }, "kill-9: 3 lines bought twice."],
  ["two live batches", { liveDuplicates: 4 }, "kill-9: 4 live duplicate batches."],
  ["a point never reached", { points: { reached: 7, total: 8 } }, "kill-9: 7 of 8 points reached."],
  ["too few requests", { requests: 9_999 }, "kill-9: 9999 requests, and at least 10000 are due."],
  ["too few kills", { facts: { kills: 299 } }, "kill-9: kills 299, and at least 300 are due."],
  ["no case", { cases: 0, facts: { kills: 300 } }, "kill-9: nothing was run."],
])("names %s", (_name, change, fault) => {
  const reports = all.map((report) => (report.family === "kill-9" ? reportOf("kill-9", change) : report));
  expect(findFaults(reports, true)).toContain(fault);
});

it("asks the least numbers of the long run alone", () => {
  const short = FAMILIES.map(({ family }) => reportOf(family, { cases: 1, requests: 1, facts: {} }));
  expect(findFaults(short, false)).toEqual([]);
  expect(findFaults(short, true)).not.toEqual([]);
});
