import { onOneLine } from "../../jsonText.ts";
import { ProviderError } from "../contract/errors.ts";
import type { LineRequest } from "../contract/lines.ts";

/** What a line asks, in the words of the endpoint that it is addressed to. */
export const BODIES = {
  "/v1/chat/completions": ({ model, system, user, schemaName: name, schema, maxOutputTokens }: LineRequest) => ({
    model,
    messages: [
      { role: "system", content: system },
      { role: "user", content: user },
    ],
    response_format: { type: "json_schema", json_schema: { name, strict: true, schema } },
    max_completion_tokens: maxOutputTokens,
  }),
  "/v1/responses": ({ model, system, user, schemaName: name, schema, maxOutputTokens }: LineRequest) => ({
    model,
    instructions: system,
    input: [{ role: "user", content: user }],
    text: { format: { type: "json_schema", name, strict: true, schema } },
    max_output_tokens: maxOutputTokens,
    // Nobody asks for it again by its id: the conversation is not to be kept there.
    store: false,
  }),
} as const;

/** The endpoints that lines can be addressed to. */
export type Endpoint = keyof typeof BODIES;

/** @throws ProviderError `provider_refused` for one that is not among them, as a batch of another version may have. */
export function asEndpoint(name: string): Endpoint {
  if (Object.hasOwn(BODIES, name)) return name as Endpoint;
  throw new ProviderError("provider_refused", `Lines cannot be written for the endpoint ${name}.`);
}

/**
 * One line of the input file, without its line end, and without anything in it that any reader takes for one.
 * @throws ProviderError as asEndpoint
 */
export function encodeLine(endpoint: string, request: LineRequest): string {
  const body = BODIES[asEndpoint(endpoint)](request);
  return onOneLine(JSON.stringify({ custom_id: request.id, method: "POST", url: endpoint, body }));
}
