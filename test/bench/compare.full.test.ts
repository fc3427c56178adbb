import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { mediansOf } from "../../bench/compare/medians.ts";
import { tableOf } from "../../bench/compare/report.ts";
import { compare } from "../../bench/compare/run.ts";
import { readSessions, writeSessions } from "../../bench/compare/texts.ts";

const REQUESTS = 300;

// Never a time: what is slow here may be the machine.
it("every contender of the comparison has all its answers in the end, and what it took is known", async () => {
  const rows = await compare({ requests: REQUESTS }, () => {});
  expect(rows.map(({ title, answers }) => [title, answers])).toEqual([
    ["floor", REQUESTS],
    ["LiveDash", REQUESTS],
    ["AI SDK", REQUESTS],
    ["`openai` script", REQUESTS],
  ]);
  for (const { title, parts } of rows) {
    const hasDatabase = title === "floor" || title === "LiveDash";
    expect([parts.import !== null, parts.create !== null, parts.collect !== null]).toEqual([hasDatabase, true, true]);
    for (const part of Object.values(parts)) {
      if (part) expect(part.peak).toBeGreaterThan(10);
      if (part && hasDatabase) expect(part.wal).toBeGreaterThan(100);
    }
  }
});

it("a later pass is measured over what those before have left, and one part alone where that is wanted", async () => {
  const comparison = { requests: 20, passes: 2, statistics: "stale" } as const;
  const rows = await compare({ ...comparison, contenders: ["floor", "product"] }, () => {});
  expect(rows.map(({ answers }) => answers)).toEqual([20, 20]);
  const created = await compare({ ...comparison, contenders: ["product"], only: "create" }, () => {});
  expect(created.map(({ answers, parts }) => [answers, parts.import, parts.create?.wall, parts.collect])).toEqual([
    [null, null, expect.any(Number), null],
  ]);
});

it("what each statement took is said part by part, of the last pass and not of what the comparison asks itself", async () => {
  const said: string[] = [];
  const wanted = { requests: 20, passes: 2, profile: true, contenders: ["floor"], only: "create" } as const;
  await compare(wanted, (text) => said.push(text));
  expect(said).toContainEqual(
    expect.stringMatching(/^floor create: \d+\.\d\d s, 1 x, 20 rows: UPDATE "AIProcessingRequest"/),
  );
  expect(said.slice(1).filter((text) => !text.startsWith("floor create: "))).toEqual([]);
  expect(said.filter((text) => /pg_stat|\b40 rows: UPDATE/.test(text))).toEqual([]);
  expect(said.at(-1)).toMatch(/^floor create: \d\.\d\d s, \d+ other statements$/);
});

it("of several runs the medians are shown", () => {
  const row = (wall: number) => {
    const create = { wall, node: 10 - wall, peak: 1, postgres: 2, wal: 3 };
    return [{ title: "floor", answers: 5, parts: { import: null, create, collect: null } }];
  };
  expect(mediansOf([row(9), row(1), row(4)])).toMatchObject([
    { parts: { import: null, create: { wall: 4, node: 6 } } },
  ]);
  expect(mediansOf([row(2), row(4)])).toMatchObject([{ title: "floor", answers: 5, parts: { create: { wall: 3 } } }]);
});

it("what took how many times as long as the floor is shown where the floor took part, whichever row it is", () => {
  const row = (title: string, wall: number) => {
    const create = { wall, node: 1, peak: 20, postgres: 2, wal: 3000 };
    return { title, answers: 5, parts: { import: null, create, collect: null } };
  };
  const linesOf = (rows: Parameters<typeof tableOf>[0]) => tableOf(rows).split("\n").slice(2);
  expect(linesOf([row("LiveDash", 6)])).toEqual(["| LiveDash | create | 6.0 |  | 1.0 | 2.0 | 3.00 | 20 |"]);
  expect(linesOf([row("LiveDash", 6), row("floor", 4)])).toEqual([
    "| LiveDash | create | 6.0 | 1.50 | 1.0 | 2.0 | 3.00 | 20 |",
    "| floor | create | 4.0 | 1.00 | 1.0 | 2.0 | 3.00 | 20 |",
  ]);
});

it("no two sessions ask the same, or all of them ask as many pairs of questions as is wanted", async () => {
  const folder = await mkdtemp(join(tmpdir(), "livedash-texts-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const asked = async (pairs?: number) => {
    const csv = join(folder, `${pairs}.csv`);
    await writeSessions(csv, { count: 40, from: 5, pairs });
    const sessions = await readSessions(csv);
    const questions = new Set(sessions.map(({ text }) => text.split("?", 2).join("?")));
    return [new Set(sessions.map(({ name }) => name)).size, questions.size];
  };
  expect(await asked()).toEqual([40, 40]);
  expect(await asked(7)).toEqual([40, 7]);
});
