import { spawnSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const BIOME = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome");
const CONFIGURATION = ["biome.json", "directions.json"];

const WRONG = [
  ["lib/planted.ts", `import { step } from "./pipeline/workOnBatch.ts";`],
  ["lib/db/planted.ts", `import type { Batch } from "../batches/batch.ts";`],
  ["lib/db/embedded/planted.ts", `import type { Context } from "../../api/operation.ts";`],
  ["lib/providers/openai/planted.ts", `import type { Batch } from "../../batches/batch.ts";`],
  ["lib/providers/contract/planted.ts", `import { z } from "zod";`],
  ["lib/providers/contract/planted.ts", `import { whoseFault } from "../openai/whoseFault.ts";`],
  ["lib/providers/contract/planted.ts", `import { oneLine } from "../../json.ts";`],
  ["lib/pipeline/end/planted.ts", `import { whoseFault } from "../../providers/openai/whoseFault.ts";`],
  ["lib/admin/planted.ts", `import { openaiProvider } from "../providers/openai/openaiProvider.ts";`],
  ["lib/throttle/planted.ts", `import { x } from "../providers/another/x.ts";`],
  ["cli/planted.ts", `import { openaiProvider } from "../lib/providers/openai/openaiProvider.ts";`],
  ["lib/accounts/planted.ts", `import { batchCreator } from "../pipeline/batchCreator.ts";`],
  ["lib/secret/planted.ts", `import { openKey } from "../accounts/sealKey.ts";`],
  ["lib/costs/planted.ts", `import { listWaiting } from "../requests/requestOutcomes.ts";`],
  ["lib/pipeline/planted.ts", `import { tryNow } from "../admin/pipeline/tryNow.ts";`],
  ["lib/throttle/planted.ts", `import { endBatch } from "../pipeline/end/endBatch.ts";`],
  ["lib/pipeline/end/planted.ts", `import { pollBatch } from "../poll/pollBatch.ts";`],
  ["lib/pipeline/end/planted.ts", `import type { WorkResult } from "../workOnBatch.ts";`],
  ["lib/jobs/planted.ts", `import { importCsv } from "../import/importCsv.ts";`],
  ["lib/requests/planted.ts", `import { askForJob } from "../jobs/askForJob.ts";`],
  ["lib/import/planted.ts", `import { batchCreator } from "../pipeline/batchCreator.ts";`],
  ["lib/auth/planted.ts", `import { createKey } from "../admin/keys/createKey.ts";`],
  ["lib/admin/users/planted.ts", `import { readFigures } from "../../company/figures/readFigures.ts";`],
  ["lib/company/sessions/planted.ts", `import { importCsv } from "../../import/importCsv.ts";`],
  ["lib/admin/planted.ts", `import { useId } from "react";`],
  ["lib/admin/planted.ts", `import OpenAI from "openai";`],
  ["app/platform/planted.tsx", `import { endBatch } from "../../lib/pipeline/end/endBatch.ts";`],
  ["web/planted.ts", `import { run } from "../cli/runtime.ts";`],
  ["emulator/batches/planted.ts", `import type { Context } from "../../lib/context.ts";`],
] as const;
const RIGHT = [
  ["lib/pipeline/poll/planted.ts", `import { endBatch } from "../end/endBatch.ts";`],
  ["lib/pipeline/poll/planted.ts", `import { hasEnded } from "../../providers/contract/batch.ts";`],
  ["lib/providers/contract/planted.ts", `import type { FailureCode } from "../../failures.ts";`],
  ["lib/providers/contract/planted.ts", `import type { Fault } from "./fault.ts";`],
] as const;

let folder: string;
let found: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "livedash-directions-"));
  for (const name of CONFIGURATION) await copyFile(join(ROOT, name), join(folder, name));
  for (const [index, [path, line]] of [...WRONG, ...RIGHT].entries()) {
    const file = join(folder, plantedAt(path, index));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${line}\n`);
  }
  const args = [
    BIOME,
    "lint",
    "--only=style/noRestrictedImports",
    "--vcs-enabled=false",
    "--max-diagnostics=none",
    ".",
  ];
  found = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" }).stderr;
});

afterAll(() => rm(folder, { recursive: true }));

/** Each in a file of its own. */
function plantedAt(path: string, index: number): string {
  return path.replace("planted", `planted${index}`);
}

describe("the directions of imports", () => {
  it.each(WRONG.map(([path, line], index) => [path, line, index] as const))("%s does not take %s", (path, _, index) => {
    expect(found).toMatch(
      new RegExp(`${plantedAt(path, index).replaceAll(".", "\\.")}\\S* lint/style/noRestrictedImports`),
    );
  });

  it.each(RIGHT.map(([path, line], index) => [path, line, index] as const))("%s may take %s", (path, _, index) => {
    expect(found).not.toContain(plantedAt(path, WRONG.length + index));
  });
});
