import { z } from "zod";
import { defineOperation } from "../../api/operation.ts";

/** Closed to strangers: whoever looks for a weakness need not be told which version to look at. */
export const readVersion = defineOperation({
  name: "readVersion",
  summary: "Which version the process that answers is of.",
  method: "GET",
  path: "/api/version",
  permission: "self.read",
  input: z.strictObject({}),
  example: {},
  output: z.object({
    version: z.string().meta({ description: "Such as 0.2.0." }),
    commit: z
      .string()
      .nullable()
      .meta({ description: "The commit that it was made from; null where that is not known." }),
  }),
  run: async ({ version: { number, commit } }) => ({ version: number, commit }),
});
