import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { describeCommit, listChangedSince } from "../../scripts/faults/commit.ts";
import { withEarlier } from "../../scripts/faults/earlier.ts";
import { FAMILIES, findFaults, type ReadReport } from "../../scripts/faults/families.ts";
import {
  type Kept,
  type KeptFamily,
  type KeptMutant,
  type Results,
  resultsIn,
  resultsOfOneCommit,
} from "../../scripts/faults/kept.ts";
import { merge } from "../../scripts/faults/merge.ts";
import { renderReport } from "../../scripts/faults/renderReport.ts";
import { MUTANTS } from "../faults/mutants/index.ts";

function reportOf(family: string, change: Partial<ReadReport> = {}): ReadReport {
  const zeroes = { requestsLost: 0, resultsAppliedTwice: 0, linesBoughtTwice: 0, liveDuplicates: 0 };
  const due = FAMILIES.find((one) => one.family === family)?.least?.facts;
  return { family, cases: 20_000, requests: 20_000, ...zeroes, facts: { kills: 300, ...due }, ...change };
}

describe("the report of a family", () => {
  it.each<[string, Partial<ReadReport>, string]>([
    ["a request lost", { requestsLost: 1 }, "kill-9: 1 requests lost."],
    ["a result applied twice", { resultsAppliedTwice: 2 }, "kill-9: 2 results applied twice."],
    ["a line bought twice", { linesBoughtTwice: 3 }, "kill-9: 3 lines paid for twice."],
    ["two live batches", { liveDuplicates: 4 }, "kill-9: 4 live duplicate batches."],
    ["a point never reached", { points: { reached: 7, total: 8 } }, "kill-9: 7 of 8 points reached."],
    ["too few requests", { requests: 9_999 }, "kill-9: 9999 requests, and at least 10000 are due."],
    ["too few kills", { facts: { kills: 299 } }, "kill-9: kills 299, and at least 300 are due."],
    ["no case", { cases: 0, facts: { kills: 300 } }, "kill-9: nothing was run."],
  ])("names %s", (_name, change, fault) => {
    expect(findFaults(reportOf("kill-9"), true)).toEqual([]);
    expect(findFaults(reportOf("kill-9", change), true)).toContain(fault);
  });

  it("is held to the least numbers in the long run alone", () => {
    const short = reportOf("kill-9", { cases: 1, requests: 1, facts: {} });
    expect(findFaults(short, false)).toEqual([]);
    expect(findFaults(short, true)).toHaveLength(3);
  });
});

const due = { families: FAMILIES, mutants: MUTANTS, long: true };

function familyOf(family: string, change: Partial<KeptFamily> = {}): KeptFamily {
  const at = "2026-11-26T03:12:00.000Z";
  return { family, at, machine: "2 cores", seconds: 90, passed: 1, failed: [], report: reportOf(family), ...change };
}

const mutantOf = (name: string, change: Partial<KeptMutant> = {}): KeptMutant => {
  return { name, caughtBy: ["the test that saw it"], seconds: 20, ...change };
};

const whole: Kept = {
  families: FAMILIES.map(({ family }) => familyOf(family)),
  mutants: MUTANTS.map(({ name }) => mutantOf(name)),
};

describe("parts put together", () => {
  it("are the whole when every family and every mutant is there, in whatever order", () => {
    const merged = merge({ families: whole.families.toReversed(), mutants: whole.mutants.toReversed() }, due);
    expect(merged).toMatchObject({ faults: [], missing: [] });
    expect(merged.families.map(({ family }) => family)).toEqual(FAMILIES.map(({ family }) => family));
    expect(merged.mutants.map(({ name }) => name)).toEqual(MUTANTS.map(({ name }) => name));
    const page = renderReport({ ...merged, command: "npm run test:faults", commit: "abc1234" });
    expect(page).toContain(`all ${MUTANTS.length} mutants caught`);
    expect(page).toContain("| kill -9 loop | 20,000 |  | 20,000 | 0 | 0 | 0 | 0 |");
    expect(page).toContain("at commit abc1234");
  });

  it("say what is still to be run", () => {
    const merged = merge({ families: whole.families.slice(2), mutants: whole.mutants.slice(5) }, due);
    expect(merged.faults).toEqual([]);
    expect(merged.missing).toEqual([
      "crash-matrix: not run.",
      "simulation: not run.",
      `mutants: 5 of ${MUTANTS.length} were not tried.`,
    ]);
    const page = renderReport({ ...merged, command: "npm run test:faults", commit: "abc1234" });
    expect(page).toContain("**Still to be run:**\n\n- crash-matrix: not run.");
  });

  it("are no whole when nothing has been run", () => {
    const { families, mutants, faults, missing } = merge({ families: [], mutants: [] }, due);
    expect({ families, mutants, faults }).toEqual({ families: [], mutants: [], faults: [] });
    expect(missing).toHaveLength(FAMILIES.length + 1);
  });

  it("leave out what is not due any more", () => {
    const families = [...whole.families, familyOf("a family of before")];
    const merged = merge({ families, mutants: [...whole.mutants, mutantOf("a bug of before")] }, due);
    expect(merged.families).toHaveLength(FAMILIES.length);
    expect(merged.mutants).toHaveLength(MUTANTS.length);
  });

  const [first] = MUTANTS;
  it.each<[string, Partial<KeptFamily>, Partial<KeptMutant>, string]>([
    ["a test that failed", { failed: ["loses nothing"] }, {}, "Failed: loses nothing."],
    [
      "a family without a report",
      { report: undefined },
      {},
      "crash-matrix: no report; its tests did not run to their end.",
    ],
    [
      "a number that must be 0",
      { report: reportOf("crash-matrix", { requestsLost: 1 }) },
      {},
      "crash-matrix: 1 requests lost.",
    ],
    [
      "a bug that nothing caught",
      {},
      { caughtBy: [] },
      `The mutant ${first?.name} is not caught by ${first?.caughtBy.join(", ")}.`,
    ],
    [
      "a bug that broke too much",
      {},
      { caughtBy: [], unusable: "no test ran" },
      `The mutant ${first?.name} shows nothing: no test ran.`,
    ],
  ])("name %s", (_name, family, mutant, fault) => {
    const merged = merge(
      {
        families: whole.families.map((one, index) => (index === 0 ? { ...one, ...family } : one)),
        mutants: whole.mutants.map((one, index) => (index === 0 ? { ...one, ...mutant } : one)),
      },
      due,
    );
    expect(merged.faults).toEqual([fault]);
    expect(renderReport({ ...merged, command: "npm run test:faults", commit: "abc1234" })).toContain(fault);
  });
});

describe("what was shown at a commit", () => {
  let folder: string;
  let results: Results;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "livedash-results-"));
    results = resultsIn(join(folder, "abc1234"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("is nothing at first", async () => {
    expect(await results.read()).toEqual({ families: [], mutants: [] });
  });

  it("is there after a break, and at no other commit", async () => {
    await results.keepFamily(familyOf("simulation"));
    await results.keepFamily(familyOf("kill-9", { report: undefined, failed: ["loses nothing"] }));
    await results.keepMutant(mutantOf("create-retried", { caughtBy: [], unusable: "no test ran" }));
    const { families, mutants } = await resultsIn(join(folder, "abc1234")).read();
    expect(families).toEqual([
      familyOf("kill-9", { report: undefined, failed: ["loses nothing"] }),
      familyOf("simulation"),
    ]);
    expect(mutants).toEqual([mutantOf("create-retried", { caughtBy: [], unusable: "no test ran" })]);
    expect(await resultsIn(join(folder, "def5678")).read()).toEqual({ families: [], mutants: [] });
  });

  it("is replaced when it is run again", async () => {
    await results.keepFamily(familyOf("simulation", { failed: ["loses nothing"] }));
    await results.keepFamily(familyOf("simulation"));
    expect((await results.read()).families).toEqual([familyOf("simulation")]);
  });

  it("is not read from a file that was being written when it broke off", async () => {
    await results.keepFamily(familyOf("simulation"));
    await writeFile(join(results.folder, "families", "kill-9.json.new"), '{"family":');
    expect((await results.read()).families).toHaveLength(1);
  });

  it("is not kept if the project was changed meanwhile", async () => {
    let key = "abc1234";
    const guarded = resultsOfOneCommit(results, { name: "abc1234", key }, async () => ({ name: "any", key }));
    await guarded.keepFamily(familyOf("simulation"));
    key = "abc1234-0123456789";
    await expect(guarded.keepFamily(familyOf("kill-9"))).rejects.toMatchObject({ code: "project_changed" });
    await expect(guarded.keepMutant(mutantOf("create-retried"))).rejects.toMatchObject({ code: "project_changed" });
    expect(await guarded.read()).toEqual({ families: [familyOf("simulation")], mutants: [] });
  });

  const mended = "create-retried";
  const tests = MUTANTS.find(({ name }) => name === mended)?.caughtBy ?? [];
  it.each<[string, string[], { family: boolean; mutant: boolean }]>([
    ["nothing that they run has changed", ["docs/reliability.md", "lib-notes.md"], { family: true, mutant: true }],
    ["the product has", ["lib/errors.ts"], { family: false, mutant: false }],
    ["the tests of a mutant have", [...tests], { family: true, mutant: false }],
    [
      "what helps the tests of a mutant has",
      [`${dirname(tests[0] ?? "")}/support.ts`, `${dirname(tests[0] ?? "")}/other.test.ts`],
      { family: true, mutant: false },
    ],
    ["other tests beside them have", [`${dirname(tests[0] ?? "")}/other.test.ts`], { family: true, mutant: true }],
    ["the tests of a family have", ["test/faults/simulation.full.test.ts"], { family: false, mutant: true }],
  ])("counts at a later one if %s", async (_when, changed, counts) => {
    await results.keepFamily(familyOf("simulation"));
    await results.keepMutant(mutantOf(mended));
    const now = { name: "def5678", key: "def5678" };
    const own = resultsIn(join(folder, now.key));
    await own.keepFamily(familyOf("kill-9"));
    const all = withEarlier(own, folder, now, due, async (earlier) => (earlier === "abc1234" ? changed : undefined));
    const { families, mutants } = await all.read();
    const commit = "abc1234";
    expect(families).toEqual([familyOf("kill-9"), ...(counts.family ? [familyOf("simulation", { commit })] : [])]);
    expect(mutants).toEqual(counts.mutant ? [mutantOf(mended, { commit })] : []);
    const report = renderReport({
      ...merge({ families, mutants }, due),
      command: "npm run test:faults",
      commit: now.name,
    });
    const taken = Object.values(counts).filter(Boolean).length;
    const said = `- ${taken} of these ${taken + 1} results were found at commit abc1234; nothing that they run has changed since`;
    expect(report.includes(said)).toBe(taken > 0);
  });

  it("is told apart by the content of the files, but for what git ignores", async () => {
    const git = (...args: string[]) =>
      promisify(execFile)("git", ["-c", "user.name=x", "-c", "user.email=x", ...args], { cwd: folder });
    await git("init", "-q");
    await writeFile(join(folder, ".gitignore"), "ignored\n");
    await git("add", ".");
    await git("commit", "-qm", "first");
    const clean = await describeCommit(folder);
    expect(clean.name).toBe(clean.key);
    await writeFile(join(folder, "ignored"), "anything");
    expect(await describeCommit(folder)).toEqual(clean);
    await writeFile(join(folder, "new"), "one");
    const one = await describeCommit(folder);
    expect(one).toEqual({
      name: `${clean.name} with changes`,
      key: expect.stringMatching(`^${clean.key}-[0-9a-f]{10}$`),
    });
    expect(await describeCommit(folder)).toEqual(one);
    await writeFile(join(folder, "new"), "two");
    expect((await describeCommit(folder)).key).not.toBe(one.key);
    expect(await listChangedSince(clean.key, folder)).toEqual(["new"]);
    expect(await listChangedSince("0123456", folder)).toBeUndefined();
    await rm(join(folder, "new"));
    expect(await describeCommit(folder)).toEqual(clean);
    expect(await listChangedSince(clean.key, folder)).toEqual([]);
  });
});
