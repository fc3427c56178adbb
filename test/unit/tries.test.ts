import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const FAULTS = join(import.meta.dirname, "../faults");

it("gives the fault families no second try, whatever CI gives other tests: a seed that fails has found something", () => {
  const files = globSync("*.test.ts", { cwd: FAULTS });
  expect(files.length).toBeGreaterThan(9);
  const retried = files.filter((file) => {
    const text = readFileSync(join(FAULTS, file), "utf8");
    const declared = text.match(/^(describe|it)\(/gm)?.length ?? 0;
    return declared === 0 || text.match(/\bretry: 0\b/g)?.length !== declared;
  });
  expect(retried).toEqual([]);
});
