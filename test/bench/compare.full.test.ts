import { expect, it } from "vitest";
import { compare } from "../../bench/compare/run.ts";

const REQUESTS = 300;

// Never a time: what is slow here may be the machine.
it("every contender of the comparison has all its answers in the end, and what it took is known", async () => {
  const rows = await compare(REQUESTS, () => {});
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
