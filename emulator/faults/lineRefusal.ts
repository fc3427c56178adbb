import { z } from "zod";
import { defineFault } from "./fault.ts";

export const lineRefusal = defineFault({
  kind: "line_refusal",
  summary: "The model refuses: refusal is set, and there is no content. Billed.",
  at: "line",
  params: z.strictObject({ message: z.string().default("I'm sorry, but I can't help with that request.") }),
  onAnswer: (answer, { message }) => ({ ...answer, text: "", refusal: message }),
});
