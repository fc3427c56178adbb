import { z } from "zod";
import { defineFault } from "./fault.ts";
import { httpFailure } from "./lineError.ts";

const message = "The response was filtered due to the prompt triggering our content management policy.";

const ERRORS = {
  code: { message, type: null, param: "prompt", code: "content_filter", status: 400 },
  inner: { message, param: "prompt", code: "400", innererror: { code: "ResponsibleAIPolicyViolation" } },
} as const;

export const lineFiltered = defineFault({
  kind: "line_filtered",
  summary: "The content filter refuses a line with status 400: by the error's code, or by the code within it.",
  at: "line",
  params: z.strictObject({ how: z.enum(["code", "inner"]).default("code") }),
  onLine: (line, { how }) => {
    const failed = httpFailure(line, 400);
    return { ...failed, response: failed.response && { ...failed.response, body: { error: ERRORS[how] } } };
  },
});
