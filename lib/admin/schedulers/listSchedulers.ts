import { z } from "zod";
import { defineVerb } from "../../api/verb.ts";
import { readSchedulers, schedulerShape } from "./readSchedulers.ts";

export const listSchedulers = defineVerb({
  name: "listSchedulers",
  summary: "What runs by itself: when it runs next, and how its last run went, over all workers.",
  method: "GET",
  path: "/api/admin/legacy/schedulers",
  permission: "schedulers.read",
  input: z.strictObject({}),
  example: {},
  output: z.object({ schedulers: z.array(schedulerShape) }),
  run: async (ctx) => ({ schedulers: await readSchedulers(ctx) }),
});
