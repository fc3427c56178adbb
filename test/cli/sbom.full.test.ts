import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import lock from "../../package-lock.json" with { type: "json" };

interface Bom {
  bomFormat: string;
  specVersion: string;
  metadata: { component: { name: string; version: string } };
  components: { name: string; version: string; purl: string; licenses: unknown[]; hashes?: unknown[] }[];
}

it("`npm run sbom` lists all that LiveDash runs with, each with its licence", () => {
  const text = execFileSync("npm", ["run", "--silent", "sbom"], {
    cwd: resolve(import.meta.dirname, "../.."),
    encoding: "utf8",
    maxBuffer: 100_000_000,
  });
  const bom: Bom = JSON.parse(text);
  expect(bom).toMatchObject({ bomFormat: "CycloneDX", specVersion: expect.stringMatching(/^1\.[5-9]$/) });
  expect(bom.metadata.component).toMatchObject({ name: manifest.name, version: manifest.version });
  const listed = new Map(bom.components.map((component) => [`${component.name}@${component.version}`, component]));
  for (const [name, version] of Object.entries(manifest.dependencies))
    expect(listed.has(`${name}@${version}`), name).toBe(true);
  expect(bom.components.filter(({ licenses }) => !(licenses?.length > 0))).toEqual([]);
  expect(bom.components.filter(({ purl }) => !purl.startsWith("pkg:npm/"))).toEqual([]);

  const packages: Record<string, { version?: string; dev?: boolean; optional?: boolean; devOptional?: boolean }> =
    lock.packages;
  const needed = Object.entries(packages).filter(
    ([path, { dev, optional, devOptional }]) => path && !dev && !optional && !devOptional,
  );
  const missing = needed
    .map(([path, { version }]) => `${path.split("node_modules/").at(-1)}@${version}`)
    .filter((name) => !listed.has(name));
  expect(missing).toEqual([]);
});
