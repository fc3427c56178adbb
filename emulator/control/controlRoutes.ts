import { z } from "zod";
import { ManualClock } from "../clock.ts";
import type { EmulatorContext } from "../context.ts";
import { durationSchema } from "../durations.ts";
import { ApiError } from "../errors.ts";
import { faultInputSchema } from "../faults/input.ts";
import { faults } from "../faults/registry.ts";
import type { FaultRule } from "../faults/rule.ts";
import { downloadElsewhere } from "../files/downloadFile.ts";
import type { Call } from "../http/call.ts";
import type { Route } from "../http/handler.ts";
import { json, type Reply } from "../http/reply.ts";
import { resetEmulator } from "../resetEmulator.ts";
import { settleRunners } from "../settleRunners.ts";
import { viewLedger } from "./ledgerView.ts";

/** The emulator's own routes: no key, no faults. They let a test switch faults, move time and look at the ledger. */
export const controlRoutes: readonly Route[] = [
  ["GET", "/_emulator/faults", (emulator) => json({ rules: emulator.faults.rules(), kinds: listKinds() })],
  ["PUT", "/_emulator/faults", async (emulator, call) => setFaults(emulator, await readRules(call))],
  ["POST", "/_emulator/faults", async (emulator, call) => json({ rules: emulator.faults.add(await readRules(call)) })],
  ["DELETE", "/_emulator/faults", (emulator) => json({ removed: emulator.faults.remove() })],
  ["DELETE", "/_emulator/faults/:id", (emulator, _call, id) => json({ removed: emulator.faults.remove(id) })],
  ["GET", "/_emulator/ledger", showLedger],
  ["POST", "/_emulator/advance", advance],
  ["POST", "/_emulator/reset", reset],
  ["GET", "/_emulator/content/:id", downloadElsewhere],
];

function listKinds() {
  return faults.map(({ kind, at, summary, route, params }) => ({
    kind,
    at,
    summary,
    ...(route && { route }),
    params: z.toJSONSchema(params, { io: "input", unrepresentable: "any" }),
  }));
}

/** A rule, a list of rules, or `{ rules: [...] }`; each an object or a text such as `expired:0.1`. */
async function readRules(call: Call): Promise<Omit<FaultRule, "id">[]> {
  const text = (await call.body()).toString("utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ApiError(400, "The body must be JSON: a fault rule or a list of them.");
  }
  const wrapped = z.object({ rules: z.array(z.unknown()) }).safeParse(value);
  const list = wrapped.success ? wrapped.data.rules : Array.isArray(value) ? value : [value];
  const rules = z.array(faultInputSchema).safeParse(list);
  if (rules.success) return rules.data;
  throw new ApiError(400, `Invalid fault rule: ${rules.error.issues.map((issue) => issue.message).join("; ")}.`);
}

function setFaults(emulator: EmulatorContext, rules: Omit<FaultRule, "id">[]): Reply {
  emulator.faults.remove();
  return json({ rules: emulator.faults.add(rules) });
}

function showLedger(emulator: EmulatorContext, call: Call): Reply {
  return json(viewLedger(emulator, call.query.get("intent"), call.query.get("custom_id")));
}

async function advance(emulator: EmulatorContext, call: Call): Promise<Reply> {
  const { clock } = emulator;
  if (!(clock instanceof ManualClock)) {
    throw new ApiError(409, "Time runs on its own here. Start the emulator with a manual clock to advance it.");
  }
  const wanted = z.object({ ms: durationSchema }).safeParse(await call.json());
  if (!wanted.success) throw new ApiError(400, "The body must be { ms: a duration }.", { param: "ms" });
  await clock.advance(wanted.data.ms, () => settleRunners(emulator));
  return json({ now: clock.now() });
}

async function reset(emulator: EmulatorContext): Promise<Reply> {
  await resetEmulator(emulator);
  return json({ ok: true });
}
