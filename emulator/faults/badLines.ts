import { z } from "zod";
import { digest } from "../random.ts";
import type { BatchError } from "../store/records.ts";
import { defineFault } from "./fault.ts";

export const badLines = defineFault({
  kind: "bad_lines",
  summary: "Validation refuses a file that contains a bad line, and names the bad lines well, badly or not at all.",
  at: "batch",
  params: z.strictObject({
    /** Part of all custom_ids that is bad: always the same ones. */
    share: z.coerce.number().min(0).max(1).default(0.1),
    /** `each` bad line, the first `one`, a `wrong` one that is good, one `outside` of the file, or `none`. */
    names: z.enum(["each", "one", "wrong", "outside", "none"]).default("each"),
    code: z.string().default("invalid_value"),
    message: z.string().default("The line is not valid."),
  }),
  onValidate: (_file, { customIds }, { share, names, code, message }) => {
    const lines = customIds.map((id, index) => ({ line: index + 1, isBad: isBad(id, share) }));
    const bad = lines.filter(({ isBad }) => isBad).map(({ line }) => line);
    const good = lines.filter(({ isBad }) => !isBad).map(({ line }) => line);
    const error = (line: number | null): BatchError => ({ code, message, param: null, line });
    if (bad.length === 0) return [];
    if (names === "each") return bad.map(error);
    if (names === "one") return bad.slice(0, 1).map(error);
    if (names === "wrong") return [error(good[0] ?? 1)];
    return [error(names === "outside" ? lines.length + 1 : null)];
  },
});

function isBad(customId: string, share: number): boolean {
  return Number.parseInt(digest(`bad ${customId}`).slice(0, 8), 16) / 2 ** 32 < share;
}
