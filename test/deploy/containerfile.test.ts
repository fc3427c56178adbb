import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { readConfig } from "../../lib/config.ts";
import { type Containerfile, PROJECT, readContainerfile } from "../support/containerfile.ts";

let image: Containerfile;
beforeAll(async () => {
  image = await readContainerfile();
});

const read = (file: string) => readFile(join(PROJECT, file), "utf8");

it("goes through the same stages as deploy/build.sh, and no other command", async () => {
  const run = image.lines.filter(([instruction]) => instruction === "RUN").map(([, rest]) => rest);
  const stages = run.map((command) => /^(?:\/opt\/livedash\/)?deploy\/stages\/(\w+\.sh)$/.exec(command)?.[1]);
  const script = await read("deploy/build.sh");
  const inScript = [...script.matchAll(/^(?:.* )?"?\S*\/deploy\/stages\/(\w+\.sh)"?$/gm)].map(([, stage]) => stage);
  expect(stages).toEqual(["application.sh", "user.sh"]);
  expect(inScript).toEqual(stages);
});

it("copies what .dockerignore names, all of which there is", async () => {
  const [first, ...named] = (await read(".dockerignore")).split("\n").filter((line) => line && !line.startsWith("#"));
  expect(first).toBe("*");
  for (const name of named) {
    expect(name).toMatch(/^![\w./-]+$/);
    await access(join(PROJECT, name.slice(1)));
  }
});

it("starts what `npm run serve` starts, as the user that its stage makes", async () => {
  const { scripts } = JSON.parse(await read("package.json"));
  expect(image.command.join(" ")).toBe(scripts.serve);
  expect(await read("deploy/stages/user.sh")).toContain(`livedash:x:${image.uid}:${image.uid}:`);
});

it("sets variables that LiveDash has, and opens the ports that they name", () => {
  const { PATH: _, NODE_ENV: __, ...ours } = image.env;
  const config = readConfig(ours);
  expect(Object.keys(ours).filter((name) => !(name in config))).toEqual([]);
  const opened = image.lines.filter(([instruction]) => instruction === "EXPOSE").map(([, port]) => Number(port));
  expect(opened).toEqual([config.PORT, config.METRICS_PORT]);
  expect(image.probe.join(" ")).toContain(`http://127.0.0.1:${config.METRICS_PORT}/health`);
});
