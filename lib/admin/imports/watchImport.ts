import { z } from "zod";
import { id } from "../../api/fields.ts";
import { defineOperation } from "../../api/operation.ts";
import { followOne } from "../../live/followOne.ts";
import { readImport } from "./readImport.ts";

type Answer = z.output<typeof readImport.output>;

/** What is sent again when it changes. */
export function watchImportParts({ import: run, badRows }: Answer) {
  return { import: run, badRows };
}

export const watchImport = defineOperation({
  name: "watchImport",
  summary: "The same as server-sent events: every part, then each again when it changes, and a `version` with them.",
  method: "GET",
  path: "/api/admin/legacy/imports/{id}/events",
  permission: "imports.read",
  input: z.strictObject({ id }),
  example: { id: "import_id_1" },
  output: undefined,
  live: true,
  run: (ctx, { id }) =>
    followOne(ctx, `import ${id}`, async () =>
      watchImportParts(readImport.output.parse(await readImport.run(ctx, { id }))),
    ),
});
