import { z } from "zod";
import { defineOperation } from "../../api/operation.ts";
import { readSchedulers, schedulerShape } from "./readSchedulers.ts";

export const listSchedulers = defineOperation({
  name: "listSchedulers",
  summary: "Lists the schedulers: when each runs next and how its last run went, across all workers.",
  method: "GET",
  path: "/api/admin/schedulers",
  permission: "schedulers.read",
  input: z.strictObject({}),
  example: {},
  output: z.object({ schedulers: z.array(schedulerShape) }),
  run: async (ctx) => ({ schedulers: await readSchedulers(ctx) }),
});
