import { systemClock } from "../../clock.ts";
import type { Context } from "../../context.ts";
import type { Finding } from "./invariant.ts";

/** Clocks that are set by a time server differ by far less. */
const MOST_MS = 30_000;

/** Whether this machine's clock is far from the database's. LiveDash goes by the latter, but logs and certificates do not. */
export async function checkClock({ clock }: Pick<Context, "clock">): Promise<Finding[]> {
  if (!clock.ask) return [];
  const ahead = systemClock.now().getTime() - (await clock.ask()).getTime();
  if (Math.abs(ahead) < MOST_MS) return [];
  const seconds = Math.round(Math.abs(ahead) / 1_000);
  return [
    {
      id: "clock-differs",
      explanation: `This machine's clock is ${seconds} seconds ${ahead > 0 ? "ahead of" : "behind"} the database's, which LiveDash goes by.`,
      count: 1,
      examples: [],
      repaired: 0,
      advice: "Synchronise both machines with a time server.",
    },
  ];
}
