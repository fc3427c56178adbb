import { z } from "zod";
import { defineOperation } from "../../api/operation.ts";
import { ownExportShape, readOwnExports } from "./ownExports.ts";

export const listSessionsExports = defineOperation({
  name: "listSessionsExports",
  summary:
    "Lists the caller's own exports in the background, newest first: how far they are, and whether their file can be fetched. Those that ended more than a day ago are gone.",
  method: "GET",
  path: "/api/company/sessions/exports",
  permission: "company.sessions.export",
  input: z.strictObject({}),
  example: {},
  output: z.object({ exports: z.array(ownExportShape) }),
  run: async (ctx) => ({ exports: await readOwnExports(ctx, ctx.db) }),
});
