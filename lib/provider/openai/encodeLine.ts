import type { LineRequest } from "../lines.ts";

/** JSON leaves these as they are, and readers that take them for line ends cut the line in two. */
const OTHER_LINE_ENDS = /[\u0085\u2028\u2029]/g;

/** One line of the input file, without its line end, and without anything in it that any reader takes for one. */
export function encodeLine(endpoint: string, request: LineRequest): string {
  const line = JSON.stringify({
    custom_id: request.id,
    method: "POST",
    url: endpoint,
    body: {
      model: request.model,
      messages: [
        { role: "system", content: request.system },
        { role: "user", content: request.user },
      ],
      response_format: {
        type: "json_schema",
        json_schema: { name: request.schemaName, strict: true, schema: request.schema },
      },
      max_completion_tokens: request.maxOutputTokens,
    },
  });
  return line.replaceAll(OTHER_LINE_ENDS, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
