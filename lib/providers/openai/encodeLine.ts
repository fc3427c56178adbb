import { onOneLine } from "../../jsonText.ts";
import type { LineRequest } from "../contract/lines.ts";

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
  return onOneLine(line);
}
