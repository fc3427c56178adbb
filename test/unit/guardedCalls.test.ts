import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const LIB = resolve(import.meta.dirname, "../../lib");
const OUTWARD = /\bprovider\s*\.\s*(?:uploadInput|createBatch|cancelBatch|deleteFile)\b/g;
const GUARDS = ["atProvider(", "await assertNotCopied(ctx)", "await refuseInCopy(ctx)"];
/** What an operator decides of a copy is done in it. */
const OF_A_DECISION = ["admin/copies/"];

it("nothing is sent, cancelled or deleted at the provider but through what asks first whether this is a copy", async () => {
  const files = (await readdir(LIB, { recursive: true })).filter((file) => /\.tsx?$/.test(file));
  const unguarded: string[] = [];
  let calls = 0;
  for (const file of files.filter((name) => !name.startsWith("provider") && !name.includes("generated"))) {
    const text = await readFile(join(LIB, file), "utf8");
    for (const call of text.matchAll(OUTWARD)) {
      calls++;
      const before = text.slice(0, call.index);
      const since = Math.max(...GUARDS.map((guard) => before.lastIndexOf(guard)));
      const isGuarded = since !== -1 && !/\n}\n/.test(before.slice(since));
      const isExempt = OF_A_DECISION.some((folder) => file.startsWith(folder));
      if (!isGuarded && !isExempt) unguarded.push(`${file}: ${call[0]}`);
    }
  }
  expect(unguarded).toEqual([]);
  expect(calls).toBeGreaterThan(8);
});
