import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";

export const PROJECT = resolve(import.meta.dirname, "../..");

/** What `deploy/Containerfile` says of the image. */
export interface Containerfile {
  /** Each line that is no comment, as `[instruction, rest]`. */
  lines: [instruction: string, rest: string][];
  /** The variables that every process in it gets. */
  env: Record<string, string>;
  /** Such as `10001`. */
  uid: string;
  folder: string;
  command: string[];
  probe: string[];
}

export async function readContainerfile(): Promise<Containerfile> {
  const text = await readFile(join(PROJECT, "deploy/Containerfile"), "utf8");
  const lines = text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line): [string, string] => {
      const at = line.indexOf(" ");
      return [line.slice(0, at), line.slice(at + 1)];
    });
  const all = (name: string) => lines.filter(([instruction]) => instruction === name).map(([, rest]) => rest);
  const last = (name: string) => all(name).at(-1) ?? missing(name);
  const env = all("ENV").map((rest) => rest.split(/=(.*)/s, 2));
  return {
    lines,
    env: Object.fromEntries(env),
    uid: last("USER").split(":")[0] ?? "",
    folder: last("WORKDIR"),
    command: JSON.parse(last("CMD")),
    probe: JSON.parse(/ CMD (\[.*\])$/.exec(last("HEALTHCHECK"))?.[1] ?? missing("HEALTHCHECK")),
  };
}

function missing(name: string): never {
  throw new Error(`deploy/Containerfile has no ${name}`);
}
