import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect } from "vitest";
import type { Finished } from "./cli.ts";

const PROJECT = resolve(import.meta.dirname, "../..");

/** A guide whose commands a test runs as they stand in it. */
export interface Guide {
  /** Takes the next block of commands; the test fails if it does not begin with these words. */
  next(beginning: string): string;
  /** All were taken. */
  expectAllTaken(): void;
}

/** Reads the shell blocks of a page in `docs/`, in order. */
export async function readGuide(page: string): Promise<Guide> {
  const text = await readFile(join(PROJECT, "docs", page), "utf8");
  const blocks = Array.from(text.matchAll(/^( *)```sh\n([\s\S]*?)^ *```$/gm), ([, indent = "", code = ""]) =>
    code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  );
  return {
    next: (beginning) => {
      const block = blocks.shift() ?? expect.fail(`${page} has no more commands: "${beginning}" was expected.`);
      expect(block.slice(0, beginning.length), `${page} says something else than this test follows.`).toBe(beginning);
      return block;
    },
    expectAllTaken: () => expect(blocks, `${page} has commands that this test does not follow.`).toEqual([]),
  };
}

/** Runs such a block in a folder, with `livedash` at hand, and breaks off at the first command that fails. */
export async function follow(block: string, folder: string, env: Record<string, string>): Promise<Finished> {
  const path = [join(PROJECT, "bin"), env.PATH, process.env.PATH].filter(Boolean).join(":");
  const child = spawn("bash", ["-euo", "pipefail", "-c", block], {
    cwd: folder,
    env: { HOME: process.env.HOME ?? "", LOG_FORMAT: "json", NODE_ENV: "production", ...env, PATH: path },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].on("data", (chunk) => {
      said[stream] += chunk;
    });
  }
  const [code] = await once(child, "close");
  return { code, ...said };
}
