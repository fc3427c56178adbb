import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LiveDashError } from "../../lib/errors.ts";
import { ROOT } from "./copyTree.ts";

const PAGE = "docs/reliability.md";
const BEGIN = "<!-- report: written by npm run test:faults -->";
const END = "<!-- end of the report -->";

/** Puts a report in the place of the one that the page shows; what people wrote around it stays. */
export async function writePage(report: string): Promise<string> {
  const file = join(ROOT, PAGE);
  const text = await readFile(file, "utf8");
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) {
    throw new LiveDashError("page_without_place", `${PAGE} must contain the lines "${BEGIN}" and "${END}".`);
  }
  await writeFile(file, `${before}${BEGIN}\n\n${report}\n\n${END}${after}`);
  return PAGE;
}
