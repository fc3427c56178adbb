// Keeps lib/db/enums.ts as prisma/schema.prisma has it, once `prisma generate` has read that: `npm run prisma:generate`.
// With --check nothing is written, and a difference ends with 1.
import { readFile, writeFile } from "node:fs/promises";

const KEPT = new URL("../../lib/db/enums.ts", import.meta.url);
const HEAD = "// The enums of prisma/schema.prisma, with their labels. Written by `npm run prisma:generate`.\n";

const generated = await readFile(new URL("../../lib/db/generated/enums.ts", import.meta.url), "utf8");
const blocks = generated.matchAll(/^export const (\w+) = \{\n([\s\S]*?)\n\} as const$/gm);
const wanted = HEAD + Array.from(blocks, ([, name = "", body = ""]) => declare(name, body)).join("");

if (!process.argv.includes("--check")) await writeFile(KEPT, wanted);
else if ((await readFile(KEPT, "utf8")) !== wanted) {
  process.stderr.write("lib/db/enums.ts is not as prisma/schema.prisma says: run `npm run prisma:generate`.\n");
  process.exitCode = 1;
}

function declare(name: string, body: string): string {
  const labels = Array.from(body.matchAll(/(\w+): '(\w+)'/g), ([, label, value]) => `  ${label}: "${value}",\n`);
  return `\nexport const ${name} = {\n${labels.join("")}} as const;\nexport type ${name} = (typeof ${name})[keyof typeof ${name}];\n`;
}
