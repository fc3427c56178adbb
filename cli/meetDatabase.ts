import type { Runtime } from "./runtime.ts";

/** Says in the log where the database guards less than it could; nothing is kept from starting by it. */
export async function meetDatabase({ ctx, readWeaknesses }: Runtime): Promise<void> {
  for (const { id, explanation, advice } of await readWeaknesses()) {
    ctx.log.warn({ event: "database.weaker", weakness: id, message: `${explanation} ${advice}` });
  }
}
