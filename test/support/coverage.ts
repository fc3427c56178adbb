import { readFileSync } from "node:fs";
import { type Profiler, Session } from "node:inspector/promises";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import v8 from "@vitest/coverage-v8";
import type { CoverageProviderModule } from "vitest/node";

/** Of this project alone: tests load copies of it too, and remove them. */
const LIB = pathToFileURL(resolve(import.meta.dirname, "../../lib/")).href;
const SOURCE_URL = "\n\n//# sourceURL=";

/**
 * V8's coverage where a process has a file of lib/ twice: as vitest transformed it for the tests, and as Node loads it for the server that they
 * start. Both have the same address, and merging them loses what one of them says. The provider keeps apart what child processes ran,
 * with `autoAttachSubprocess`; what Node has loaded gets the same mark here. Child processes themselves are not measured.
 */
const provider: CoverageProviderModule = {
  getProvider: () => v8.getProvider(),
  // After `vi.resetModules` a worker loads this file anew, and not the provider below it: what lasts is kept there.
  async startCoverage(options) {
    await v8.startCoverage?.({ ...options, autoAttachSubprocess: false });
    const { session } = v8 as { session?: unknown };
    if (session instanceof Session && !(MARKED in session)) markLoadedByNode(session);
  },
  takeCoverage: async (options) => await v8.takeCoverage?.(options),
  stopCoverage: async (options) => await v8.stopCoverage?.(options),
};
export default provider;

const MARKED = Symbol.for("livedash.coverage.marked");

function markLoadedByNode(session: Session): void {
  const post = session.post.bind(session) as (method: string, params?: object) => Promise<unknown>;
  Object.assign(session, {
    [MARKED]: true,
    post: async (method: string, params?: object) => {
      const reply = await post(method, params);
      if (method !== "Profiler.takePreciseCoverage") return reply;
      const { result } = reply as Profiler.TakePreciseCoverageReturnType;
      for (const script of result) {
        if (!isLoadedByNode(script)) continue;
        // The provider gives each file the length of what vitest puts before it.
        Object.defineProperty(script, "startOffset", { get: () => 0, set: () => {}, enumerable: true });
        Object.assign(script, { isExtendedContext: true });
      }
      return reply;
    },
  });
}

const loadedByNode = new Map<string, boolean>();

/**
 * Node keeps the length of a file when it takes the types out, and adds the address. Told once for each script: what comes later
 * may be without the outermost function, which runs only once.
 */
function isLoadedByNode({ scriptId, url, functions }: Profiler.ScriptCoverage): boolean {
  if (!url.startsWith(`${LIB}/`)) return false;
  const known = loadedByNode.get(scriptId);
  if (known !== undefined) return known;
  const { length } = readFileSync(fileURLToPath(url), "utf8");
  const found = functions[0]?.ranges[0]?.endOffset === length + SOURCE_URL.length + url.length;
  loadedByNode.set(scriptId, found);
  return found;
}
