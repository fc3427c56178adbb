import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import * as bindings from "@prisma/schema-engine-wasm/schema_engine_bg";
import { CatalogAdapterFactory } from "./catalog-adapter.ts";
import type { EngineAnswer, EngineQuestion } from "./engine.ts";

/** Answers one question and ends. The interface of the engine is Prisma's own, not documented, and may change. */
async function answer({ url, schemaFile }: EngineQuestion): Promise<string> {
  const files = [{ path: schemaFile, content: await readFile(schemaFile, "utf8") }];
  const factory = new CatalogAdapterFactory(url);
  const bound = bindMigrationAwareSqlAdapterFactory(factory);
  try {
    const engine = await bindings.SchemaEngine.new({ datamodels: undefined }, () => {}, bound);
    const { exitCode, stdout } = await engine.diff({
      from: { tag: "schemaDatasource", files, configDir: path.dirname(schemaFile) },
      to: { tag: "schemaDatamodel", files },
      script: true,
      exitCode: true,
      filters: { externalTables: [], externalEnums: [] },
    });
    return exitCode === 0 ? "" : (stdout ?? "").trim();
  } finally {
    await factory.end();
  }
}

/** The package loads its WebAssembly by an import that Node calls experimental: here it is loaded by hand. */
async function loadEngine(): Promise<void> {
  const file = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
  const bytes = await readFile(path.join(path.dirname(file), "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(bytes, { "./schema_engine_bg.js": { ...bindings } });
  Reflect.get(bindings, "__wbg_set_wasm")(instance.exports);
  const start = instance.exports.__wbindgen_start;
  if (typeof start === "function") start();
}

const reply = (message: EngineAnswer) => parentPort?.postMessage(message);
const fail = (error: unknown) => reply({ error: error instanceof Error ? error.message : String(error) });

// The engine tells of a panic here, then ends this thread by a trap.
Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: fail } });
await loadEngine()
  .then(() => answer(workerData as EngineQuestion))
  .then((sql) => reply({ sql }), fail);
