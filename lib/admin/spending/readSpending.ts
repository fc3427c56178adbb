import { z } from "zod";
import { defineOperation } from "../../api/operation.ts";
import { readStopped, stopped } from "./setStopped.ts";

export const readSpending = defineOperation({
  name: "readSpending",
  summary: "Whether all spending is stopped: by whom, why and since when.",
  method: "GET",
  path: "/api/admin/spending",
  permission: "pipeline.read",
  input: z.strictObject({}),
  example: {},
  output: z.object({ stopped }),
  run: async (ctx) => ({ stopped: await readStopped(ctx.db) }),
});
