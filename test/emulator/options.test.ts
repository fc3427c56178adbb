import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { z } from "zod";
import { faults } from "../../emulator/faults/registry.ts";
import { parseEmulatorOptions } from "../../emulator/options.ts";
import { startEmulator } from "../../emulator/server.ts";
import { azure } from "../../emulator/shape/azure.ts";
import { openai } from "../../emulator/shape/openai.ts";
import { failure, startBench } from "./support.ts";

test("flags as texts become settings", () => {
  const settings = parseEmulatorOptions({
    port: "8787",
    times: { validating: "500ms", inProgress: "2s-1.5m", finalizing: 3, perLine: "0.1ms" },
    faults: [
      "expired:0.1",
      "lost_reply_create:once",
      "http_error:3x:status=429|503,retry_after=2,path=/v1/files*,skip=1",
    ],
  });
  expect(settings).toMatchObject({
    host: "127.0.0.1",
    port: 8787,
    times: {
      validating: { min: 500, max: 500 },
      inProgress: { min: 2_000, max: 90_000 },
      finalizing: { min: 3, max: 3 },
      perLine: { min: 0.1, max: 0.1 },
    },
    limits: { maxFileBytes: 200_000_000 },
    faults: [
      { kind: "expired", rate: 0.1, left: null, skip: 0 },
      { kind: "lost_reply_create", rate: 1, left: 1 },
      { kind: "http_error", left: 3, skip: 1, filter: { path: "/v1/files*" }, params: { status: "429|503" } },
    ],
  });
});

test("a file may hold as many lines as the provider that it is like allows", () => {
  expect([openai.maxLines, azure.maxLines]).toEqual([50_000, 100_000]);
});

test.each([
  ["port", { port: 70_000 }],
  ["times.validating", { times: { validating: "soon" } }],
  ["times.inProgress", { times: { inProgress: "2s-1s" } }],
  ["faults.0", { faults: ["nothing_of_the_kind"] }],
  ["faults.0", { faults: ["expired:share=2"] }],
  ["limits.maxLines", { limits: { maxLines: -1 } }],
])("a wrong %s is named", (name, options) => {
  expect(() => parseEmulatorOptions(options)).toThrow(
    expect.objectContaining({ code: "invalid_options", message: expect.stringContaining(name) }),
  );
});

test("the manual names every fault with its parameters, and what they may be", async () => {
  const manual = await readFile(new URL("../../docs/emulator.md", import.meta.url), "utf8");
  for (const { kind, params } of faults) {
    const row = manual.split("\n").find((line) => line.startsWith(`| \`${kind}\` |`));
    expect(row, kind).toBeDefined();
    const { properties = {} } = z.toJSONSchema(params, { io: "input", unrepresentable: "any" });
    for (const [name, property] of Object.entries(properties)) {
      expect(row, kind).toContain(`\`${name}\``);
      const values = typeof property === "object" ? (property.enum ?? []) : [];
      for (const value of values) expect(row?.split(/\W+/), `${kind}: ${name}`).toContain(String(value));
    }
  }
});

test("a busy port is said in one sentence", async () => {
  const { port } = await startBench();
  expect(await failure(startEmulator({ port }))).toMatchObject({
    code: "port_in_use",
    message: `Port ${port} on 127.0.0.1 is in use: stop what listens there, or give the emulator another port.`,
  });
});

test("time cannot be advanced while it goes by itself", async () => {
  const { advance } = await startBench();
  expect(await advance(1_000)).toMatchObject({ error: { message: expect.stringContaining("manual clock") } });
});
