import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const PAGE = readFileSync(resolve(ROOT, "docs/security.md"), "utf8");
const [HELD = "", OPEN = ""] = PAGE.split("\n## Open, and why\n");

/** The rows of a page's tables, each as its cells. */
function rowsOf(page: string): string[][] {
  const lines = page.split("\n").filter((line) => line.startsWith("|") && !line.startsWith("|---"));
  const cells = lines.map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
  return cells.filter(([first]) => !["item", "section", "what"].includes(first ?? ""));
}

describe("docs/security.md", () => {
  it("names for each item a test that shows it, or says that it is not offered", () => {
    const rows = rowsOf(HELD);
    expect(rows.length).toBeGreaterThan(25);
    const silent = rows.filter(([, how = "", shownBy = ""]) =>
      shownBy === "none" ? !how.startsWith("Not offered") : !/`[^`]+\.test\.ts`/.test(shownBy),
    );
    expect(silent.map(([item]) => item)).toEqual([]);
  });

  it("names only tests that exist", () => {
    const named = [...PAGE.matchAll(/`([\w/*.]+\.test\.ts)`/g)].map(([, path = ""]) => path);
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((path) => globSync(path, { cwd: resolve(ROOT, "test") }).length === 0)).toEqual([]);
  });

  it("gives a reason for each item that is open, and marks nothing else as open", () => {
    const open = rowsOf(OPEN);
    expect(open.length).toBeGreaterThan(5);
    for (const [what, why] of open) expect(why?.length, what).toBeGreaterThan(20);
    expect([...HELD.matchAll(/\bOpen: ([^|.]+)/g)].map(([, what]) => what?.trim())).toEqual(["what is not sealed yet"]);
  });
});
