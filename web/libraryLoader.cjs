const { join, relative, sep } = require("node:path");

const ROOT = join(__dirname, "..");

/**
 * Puts in place of a module of lib/, in what the server runs of the pages, one that imports it as it lies there. So Node loads
 * each once in a process, for the server and for its pages: they share classes and what a module keeps.
 */
module.exports = function libraryLoader(source) {
  const file = relative(ROOT, this.resourcePath).split(sep).join("/");
  // Names with a dollar sign: no module of lib/ exports one.
  return `import { join as $join } from "node:path";
import { pathToFileURL as $urlOf } from "node:url";
const $file = $join(globalThis.livedashRoot ?? process.cwd(), ${JSON.stringify(file)});
const $module = await import(/* turbopackIgnore: true */ $urlOf($file).href);
${exportsOf(source)
  .map((name, index) => `const $${index} = $module.${name};\nexport { $${index} as ${name} };`)
  .join("\n")}
`;
};

/** Names of the values that a module exports. `test/web/oneLibrary.full.test.ts` holds them against the modules themselves. */
function exportsOf(source) {
  const declared = source.matchAll(/^export (?:async )?(?:function\*?|const|let|class) (\w+)/gm);
  const listed = [...source.matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, list]) => list.split(","));
  const names = listed.map((part) => part.trim()).filter((part) => part !== "" && !part.startsWith("type "));
  return [...[...declared].map(([, name]) => name), ...names.map((name) => name.split(" as ").at(-1).trim())];
}

module.exports.exportsOf = exportsOf;
