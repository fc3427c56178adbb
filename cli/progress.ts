import { Writable } from "node:stream";
import { MultiBar, Presets, type SingleBar } from "cli-progress";

type Phase = "import" | "batching" | "provider" | "collecting";

const PHASES: readonly Phase[] = ["import", "batching", "provider", "collecting"];
const PLAIN_PAUSE_MS = 2_000;

/** Shows how far each phase is: bars on a terminal, plain lines elsewhere. */
export interface ProgressView {
  set(phase: Phase, value: number, total: number): void;
  /** Where the log is to be written, so that its lines stand above the bars. */
  log: Writable;
  /** Writes a line for the person who started this. */
  say(text: string): void;
  close(): void;
}

export function openProgress(): ProgressView {
  return process.stdout.isTTY ? barsView() : plainView();
}

function barsView(): ProgressView {
  const bars = new MultiBar(
    {
      format: "  {phase} {bar} {value}/{total}",
      hideCursor: true,
      clearOnComplete: false,
      forceRedraw: true,
      noTTYOutput: false,
    },
    Presets.shades_classic,
  );
  const shown = new Map<Phase, SingleBar>();
  let open = true;
  const above = (text: string) => {
    if (open && shown.size > 0) bars.log(text.endsWith("\n") ? text : `${text}\n`);
    else process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
  };
  return {
    set: (phase, value, total) => {
      if (!open) return;
      if (shown.size === 0) for (const name of PHASES) shown.set(name, bars.create(0, 0, { phase: name.padEnd(10) }));
      const bar = shown.get(phase);
      bar?.setTotal(total);
      bar?.update(value);
    },
    log: lineStream(above),
    say: above,
    close: () => {
      if (open) bars.stop();
      open = false;
    },
  };
}

function plainView(): ProgressView {
  const state = new Map<Phase, string>();
  let written = "";
  let writtenAt = 0;
  const write = () => {
    const line = [...state].map(([phase, text]) => `${phase} ${text}`).join(", ");
    if (line === written || line === "") return;
    written = line;
    writtenAt = performance.now();
    process.stdout.write(`${line}\n`);
  };
  return {
    set: (phase, value, total) => {
      state.set(phase, `${value}/${total}`);
      if (performance.now() - writtenAt >= PLAIN_PAUSE_MS) write();
    },
    log: process.stderr,
    say: (text) => process.stdout.write(`${text}\n`),
    close: write,
  };
}

function lineStream(write: (text: string) => void): Writable {
  return new Writable({
    write: (chunk, _encoding, done) => {
      write(String(chunk));
      done();
    },
  });
}
