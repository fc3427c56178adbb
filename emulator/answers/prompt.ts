import { isObject } from "../http/call.ts";

/** What the emulator reads out of a request body, whichever endpoint it is for. */
export interface Prompt {
  model: string;
  /** System and developer texts: the part that a provider would cache. */
  instructions: string;
  /** Texts of users (and of earlier assistant turns), in order. */
  conversation: string;
  messageCount: number;
  /** The schema that the answer must be an instance of; null for free text, `true` for any JSON object. */
  schema: unknown;
  /** The schema as JSON, empty without one. */
  schemaText: string;
  /** Most output tokens, or null without a limit. */
  maxOutputTokens: number | null;
  /** True when the request asks for reasoning, which uses up output tokens. */
  reasons: boolean;
}

/** Reads a body of /v1/chat/completions, /v1/responses, /v1/completions, /v1/embeddings or /v1/moderations. */
export function readPrompt(body: Record<string, unknown>): Prompt {
  const instructions: string[] = [];
  const conversation: string[] = [];
  if (typeof body.instructions === "string") instructions.push(body.instructions);
  const turns = turnsOf(body);
  for (const turn of turns) {
    if (!isObject(turn)) {
      if (typeof turn === "string") conversation.push(turn);
      continue;
    }
    const target = turn.role === "system" || turn.role === "developer" ? instructions : conversation;
    target.push(contentText(turn.content));
  }
  const schema = wantedSchema(body);
  const reasoning = isObject(body.reasoning) ? body.reasoning.effort : body.reasoning_effort;
  return {
    model: typeof body.model === "string" ? body.model : "",
    instructions: instructions.join("\n"),
    conversation: conversation.join("\n"),
    messageCount: turns.length,
    schema,
    schemaText: schema === null ? "" : (JSON.stringify(schema) ?? ""),
    maxOutputTokens: firstNumber(body.max_completion_tokens, body.max_output_tokens, body.max_tokens),
    reasons: typeof reasoning === "string" && reasoning !== "none" && reasoning !== "minimal",
  };
}

function turnsOf(body: Record<string, unknown>): unknown[] {
  const turns = body.messages ?? body.input ?? body.prompt ?? [];
  return Array.isArray(turns) ? turns : [turns];
}

function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part) => (isObject(part) && typeof part.text === "string" ? part.text : "")).join("\n");
}

function wantedSchema(body: Record<string, unknown>): unknown {
  const text = isObject(body.text) ? body.text.format : undefined;
  const format = isObject(text) ? text : body.response_format;
  if (!isObject(format)) return null;
  if (format.type === "json_object") return true;
  if (format.type !== "json_schema") return null;
  return isObject(format.json_schema) ? format.json_schema.schema : (format.schema ?? null);
}

function firstNumber(...values: unknown[]): number | null {
  for (const value of values) if (typeof value === "number" && value > 0) return Math.floor(value);
  return null;
}
