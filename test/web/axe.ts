import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  id: string;
  nodes: { target: unknown; failureSummary?: string }[];
}

const SCHEMES = ["light", "dark"] as const;
/** React takes the title away for a moment while a page is refreshed, so axe may miss it; that there is one is waited for before. */
const FIRST = { rules: { "document-title": { enabled: false } } };

/** Asserts that axe finds nothing on the page, contrast included, in light and in dark. */
export async function expectAccessible(
  page: Page,
  schemes: readonly (typeof SCHEMES)[number][] = SCHEMES,
): Promise<void> {
  // Between two pages there is none for a moment; a page that never gets one fails here.
  await page.waitForFunction(() => document.title !== "");
  // A page that is still being sent shows its outline, which has no heading yet.
  await page.locator("h1").first().waitFor();
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // Evaluated from outside, so that the page's own policy need not allow it.
    await page.evaluate(source);
    // The second scheme changes colours and nothing else.
    const rules = colorScheme === schemes[0] ? FIRST : { runOnly: ["color-contrast", "link-in-text-block"] };
    const options = JSON.stringify({ resultTypes: ["violations"], ...rules });
    const found = await page.evaluate<Violation[]>(`axe.run(${options}).then(({ violations }) => violations)`);
    const shown = found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => String(target)).join(", ")}`);
    expect(shown, `${colorScheme} ${page.url()}`).toEqual([]);
  }
}
