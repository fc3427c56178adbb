import { glob, readFile } from "node:fs/promises";
import { checkOwners } from "./checkOwners.ts";
import { OWNERS } from "./owners.ts";

const CODE = ["{lib,cli,app,web,bin}/**/*.{ts,tsx,mjs,js}", "{server,worker}.ts"];
/** Other files hold no writes and name no owned table: they need not be parsed. */
const MAY_WRITE = new RegExp(
  ["insert", "update", "delete", "merge", "truncate", "copy", ...Object.keys(OWNERS)].join("|"),
  "i",
);

/** Where code writes to a table that another folder owns, in the order of the files. @param root the folder of the project */
export async function findTrespasses(root: URL): Promise<string[]> {
  const files: string[] = [];
  for await (const file of glob(CODE, { cwd: root, exclude: (name) => name.includes("generated") })) files.push(file);
  const found = await Promise.all(
    files.sort().map(async (file) => {
      const source = await readFile(new URL(file, root), "utf8");
      return MAY_WRITE.test(source) ? checkOwners(file, source) : [];
    }),
  );
  return found.flat();
}
