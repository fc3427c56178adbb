import { counted } from "../../app/_words/numbers.ts";
import { tryNowFor, tryNowInput } from "../../lib/admin/pipeline/tryNow.ts";
import { parseInput } from "../../lib/api/operation.ts";
import { print } from "../printed.ts";
import { withRuntime } from "../withRuntime.ts";

const KINDS = ["requests", "calls", "models", "account"] as const;
const WORDS = {
  requests: ["request", "requests"],
  calls: ["batch", "batches"],
  models: ["model", "models"],
  account: ["account hold", "account holds"],
} as const;

/** Tries at once what backs off: all of it, or what the options name. */
export async function tryNow(options: { error?: string; model?: string }): Promise<void> {
  const inputs = inputsOf(options).map((input) => parseInput(tryNowInput, input));
  await withRuntime({}, async (ctx) => {
    for (const input of inputs) {
      let changed = 0;
      for (let more = true; more; ) {
        const answer = await tryNowFor(ctx, input);
        changed += answer.changed;
        more = answer.more;
      }
      const [one, many] = WORDS[input.what];
      print(`Tried now: ${counted(changed, one, many)}.\n`);
    }
  });
}

function inputsOf({ error, model }: { error?: string; model?: string }) {
  const named = [
    ...(error === undefined ? [] : [{ what: "requests", errorCode: error }]),
    ...(model === undefined ? [] : [{ what: "models", model }]),
  ];
  return named.length > 0 ? named : KINDS.map((what) => ({ what }));
}
