import { z } from "zod";
import { defineFault } from "./fault.ts";

const texts = {
  prose: "Here is the analysis that you asked for: the customer seems content.",
  fenced: '```json\n{ "note": "a code fence around JSON"\n```',
  wrong_shape: '{"unexpected":true}',
  empty: "",
};

export const lineInvalidJson = defineFault({
  kind: "line_invalid_json",
  summary: "The answer is not valid for the schema: prose, a code fence, JSON of another shape, or nothing. Billed.",
  at: "line",
  params: z.strictObject({ how: z.enum(["prose", "fenced", "wrong_shape", "empty"]).default("prose") }),
  onAnswer: (answer, { how }) => ({ ...answer, text: texts[how] }),
});
