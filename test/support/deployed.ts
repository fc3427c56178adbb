import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { environmentSchema, readConfig } from "../../lib/config.ts";
import { runCommand } from "./cli.ts";
import { PROJECT } from "./containerfile.ts";

export const readDeployed = (file: string) => readFile(join(PROJECT, "deploy", file), "utf8");

/** Holds a command of a container against what there is: a program as `npm run` starts it, or a command of the command line. */
export async function expectCommand([program, ...args]: readonly string[]): Promise<void> {
  if (program === "livedash") {
    const { stdout } = await runCommand([...args, "--help"]);
    expect(stdout).toContain(`Usage: livedash ${args.join(" ")} [options]`);
    return;
  }
  const { scripts } = JSON.parse(await readFile(join(PROJECT, "package.json"), "utf8"));
  expect([scripts.serve, scripts.worker]).toContain([program, ...args].join(" "));
}

/** Holds variables against those that LiveDash has, filled in as the docs say; as they stand, it refuses to start with them. */
export function expectConfiguration(variables: Record<string, string>): void {
  expect(Object.keys(variables).filter((name) => !(name in environmentSchema.shape))).toEqual([]);
  expect(() => readConfig(variables)).toThrow(/LIVEDASH_SECRET/);
  const filled = { ...variables, LIVEDASH_SECRET: "nk4vYt9QmPz7Lr2WsXc8Hb5Jd1Fg6Te0UoAiRq3E" };
  expect(readConfig(filled)).toMatchObject({ TRUST_PROXY: true, PUBLIC_URL: expect.stringMatching(/^https:/) });
}
