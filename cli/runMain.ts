import { LiveDashError } from "../lib/errors.ts";
import { explainForeseen } from "../lib/foreseen.ts";
import { maskSecrets } from "../lib/masking.ts";
import { secretsIn } from "../lib/providerSettings.ts";

/**
 * Runs a program to its end; an error becomes one clear sentence and exit code 1.
 * @param sayInput puts what is wrong with an input into the words of whoever gave it
 */
export async function runMain(
  work: () => Promise<unknown>,
  sayInput: (message: string) => string | Promise<string> = (message) => message,
): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.off("error", outliveReader).on("error", outliveReader);
  try {
    await work();
  } catch (error) {
    process.stderr.write(`${maskSecrets(secretsIn(process.env))(await describe(error, sayInput))}\n`);
    process.exitCode = 1;
  }
}

/** Whoever read the output is gone (`livedash status | head`): what this has begun comes to its end, and nobody is told. */
function outliveReader(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

/** One sentence for what a person can mend; the stack only for what nobody foresaw. */
async function describe(error: unknown, sayInput: (message: string) => string | Promise<string>): Promise<string> {
  if (error instanceof LiveDashError && error.code === "invalid_input") {
    return `livedash: ${await sayInput(error.message)}`;
  }
  if (error instanceof Error && error.name === "EmulatorError") return `livedash: ${error.message}`;
  const foreseen = explainForeseen(error);
  if (foreseen) return `livedash: ${foreseen.message}`;
  return `livedash: unexpected error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}
