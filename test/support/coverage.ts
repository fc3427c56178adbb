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
  async getProvider() {
    const found = await v8.getProvider();
    const generate = found.generateCoverage.bind(found);
    return Object.assign(found, {
      generateCoverage: async (context: Parameters<typeof generate>[0]) => {
        const coverage = (await generate(context)) as CoverageMap;
        for (const file of coverage.files()) joinVariants(coverage.fileCoverageFor(file).data);
        return coverage;
      },
    });
  },
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

/** What Istanbul's reports are made of, as far as it matters here. */
interface CoverageMap {
  files(): string[];
  fileCoverageFor(file: string): { data: FileCounts };
}
interface FileCounts {
  statementMap: Record<string, { start: object }>;
  s: Record<string, number>;
  fnMap: Record<string, { loc: { start: object } }>;
  f: Record<string, number>;
  branchMap: Record<string, { type: string; loc: { start: object }; locations: object[] }>;
  b: Record<string, number[]>;
}

/** The two ways of loading a file agree where a statement or a branch begins, but not always where it ends: each is then there twice. */
function joinVariants({ statementMap, s, fnMap, f, branchMap, b }: FileCounts): void {
  const sum = (counts: Record<string, number>) => (kept: string, other: string) => {
    counts[kept] = (counts[kept] ?? 0) + (counts[other] ?? 0);
  };
  joinAlike(statementMap, s, ({ start }) => [start], sum(s));
  joinAlike(fnMap, f, ({ loc }) => [loc.start], sum(f));
  joinAlike(
    branchMap,
    b,
    ({ type, loc, locations }) => [type, loc.start, locations.length],
    (kept, other) => {
      b[kept] = (b[kept] ?? []).map((count, arm) => count + (b[other]?.[arm] ?? 0));
    },
  );
}

function joinAlike<T>(
  places: Record<string, T>,
  counts: Record<string, unknown>,
  identityOf: (place: T) => unknown,
  add: (kept: string, other: string) => void,
): void {
  const known = new Map<string, string>();
  for (const [id, place] of Object.entries(places)) {
    const identity = JSON.stringify(identityOf(place));
    const kept = known.get(identity);
    if (kept === undefined) known.set(identity, id);
    else {
      add(kept, id);
      delete places[id];
      delete counts[id];
    }
  }
}

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
