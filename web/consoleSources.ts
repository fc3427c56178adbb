import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { codeOf } from "../lib/errors.ts";

/** Files outside app/ that change what the build makes. */
const CONFIGURATION = [
  "instrumentation.ts",
  "next.config.mjs",
  "postcss.config.mjs",
  "package-lock.json",
  "web/libraryLoader.cjs",
];
/** `from "./x.ts"`, `import "./x.css"` and `import("./x.ts")`, but not what is imported as types only. */
const IMPORTS = /(?:^|[;}\s])(import|export)(\s+type\s[^'"]*?from|[^'"();]*?from|\s*\()?\s*["'](\.[^"']+)["']/g;

/**
 * A hash over everything that the console is built from: app/, the files that it imports, directly or not, and the
 * build's configuration. Twenty hexadecimal digits. It does not depend on where the project lies, nor on git.
 */
export async function hashConsoleSources(root: string): Promise<string> {
  const files = await findSources(root);
  const hash = createHash("sha256").update(process.versions.node);
  for (const [file, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`\0${relative(root, file).split(sep).join("/")}\0${content.byteLength}\0`).update(content);
  }
  return hash.digest("hex").slice(0, 20);
}

/** The modules of lib/ that the console may import, directly or not: absolute paths. */
export async function listLibrary(root: string): Promise<string[]> {
  const library = join(root, "lib") + sep;
  return [...(await findSources(root)).keys()].filter((file) => file.startsWith(library) && file.endsWith(".ts"));
}

async function findSources(root: string): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  const entries = await readdir(join(root, "app"), { recursive: true, withFileTypes: true });
  const waiting = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  waiting.push(...CONFIGURATION.map((name) => join(root, name)));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue;
    const content = await readIfThere(file);
    if (!content) continue;
    found.set(file, content);
    if (/\.(tsx?|mjs|js)$/.test(file)) waiting.push(...importsOf(file, content.toString("utf8")));
  }
  return found;
}

function importsOf(file: string, text: string): string[] {
  return [...text.matchAll(IMPORTS)]
    .filter(([, , middle]) => !/^\s+type\s/.test(middle ?? ""))
    .map(([, , , specifier]) => join(dirname(file), specifier ?? ""));
}

/** A specifier in a comment may name no file; one that the code needs and that is missing fails the build itself. */
async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "EISDIR") return undefined;
    throw error;
  }
}
