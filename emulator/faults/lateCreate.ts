import { z } from "zod";
import { durationSchema } from "../durations.ts";
import { defineFault } from "./fault.ts";

export const lateCreate = defineFault({
  kind: "late_create",
  summary: "The connection is closed immediately, and the batch is created some time later.",
  at: "call",
  route: { method: "POST", path: "/v1/batches" },
  params: z.strictObject({ ms: durationSchema.default(2_000) }),
  onCall: async (call, { ms }, { clock, signal }) => {
    await call.body();
    call.request.socket.resetAndDestroy();
    await clock.sleepUntil(clock.now() + ms, signal);
    return signal.aborted ? { kind: "reset" } : undefined;
  },
});
