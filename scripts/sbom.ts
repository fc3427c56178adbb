// Prints what LiveDash runs with, as CycloneDX with licences: `npm run --silent sbom > sbom.json`.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";

const ROOT = resolve(import.meta.dirname, "..");
const MAX_BYTES = 100_000_000;

const componentShape = z.looseObject({
  "bom-ref": z.string(),
  name: z.string(),
  version: z.string(),
  licenses: z.array(z.unknown()).default([]),
});
const bomShape = z.looseObject({
  bomFormat: z.literal("CycloneDX"),
  metadata: z.looseObject({ component: z.looseObject({ name: z.string(), "bom-ref": z.string() }) }),
  components: z.array(componentShape),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).default([]) })),
});
const manifestShape = z.looseObject({ name: z.string(), license: z.string().optional() });
const lockShape = z.looseObject({
  packages: z.record(z.string(), z.looseObject({ version: z.string().optional(), dev: z.boolean().default(false) })),
});

const { packages } = lockShape.parse(readJson(join(ROOT, "package-lock.json")));
const bom = bomShape.parse(JSON.parse(askNpm()));
// npm takes the folder's name for ours, and leaves out licences that are not named as SPDX names them.
bom.metadata.component.name = manifestShape.parse(readJson(join(ROOT, "package.json"))).name;
bom.components = bom.components.filter(({ name, version }) => findPath(name, version) !== undefined);
const kept = new Set(bom.components.map((component) => component["bom-ref"]));
bom.dependencies = bom.dependencies
  .filter(({ ref }) => kept.has(ref) || ref === bom.metadata.component["bom-ref"])
  .map((entry) => ({ ...entry, dependsOn: entry.dependsOn.filter((ref) => kept.has(ref)) }));
for (const component of bom.components) {
  if (component.licenses.length === 0) component.licenses = findLicences(component);
}
const without = bom.components.filter(({ licenses }) => licenses.length === 0).map(({ name }) => name);
if (without.length > 0) {
  console.error(
    `No licence is known of ${without.join(", ")}. Find out what it is before LiveDash is given to others.`,
  );
  process.exitCode = 1;
}
process.stdout.write(`${JSON.stringify(bom, null, 2)}\n`);

function askNpm(): string {
  const given = ["sbom", "--sbom-format=cyclonedx", "--sbom-type=application"];
  const npm = process.env.npm_execpath;
  const [command, first] = npm ? [process.execPath, [npm]] : ["npm", []];
  return execFileSync(command, [...first, ...given], { cwd: ROOT, encoding: "utf8", maxBuffer: MAX_BYTES });
}

/** Where it lies; undefined if only the development needs it. (npm's own `--omit=dev` leaves out what both need.) */
function findPath(name: string, version: string): string | undefined {
  return Object.entries(packages).find(
    ([path, found]) => path.endsWith(`node_modules/${name}`) && found.version === version && !found.dev,
  )?.[0];
}

/** As the package names it, else the text that it comes with. */
function findLicences({ name, version }: { name: string; version: string }): object[] {
  const path = findPath(name, version);
  if (path === undefined) return [];
  const { license } = manifestShape.parse(readJson(join(ROOT, path, "package.json")));
  if (license !== undefined) return [{ license: { name: license } }];
  const file = readdirSync(join(ROOT, path)).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) return [];
  const content = readFileSync(join(ROOT, path, file), "utf8").trim();
  const [title = file] = content.split("\n", 1);
  return [{ license: { name: title.trim(), text: { contentType: "text/plain", content } } }];
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}
