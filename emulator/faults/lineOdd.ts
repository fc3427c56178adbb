import { z } from "zod";
import { isObject } from "../http/call.ts";
import { changeServed, type Json } from "./changeServed.ts";
import { defineFault } from "./fault.ts";

/** Each makes something odd beside, or around, a good answer, as gateways and compatible servers send it. */
const HOW = {
  error_blank: (line: Json) => ({ ...line, error: "" }),
  error_zero: (line: Json) => ({ ...line, error: { code: 0, message: "" } }),
  error_list: (line: Json) => ({ ...line, error: [] }),
  status_text: (line: Json) => inResponse(line, (response) => ({ ...response, status_code: "200" })),
  status_missing: (line: Json) => inResponse(line, ({ status_code: _, ...response }) => response),
  request_id_number: (line: Json) => inResponse(line, (response) => ({ ...response, request_id: 17 })),
  response_list: (line: Json) => ({ ...line, response: [line.response] }),
  body_text: (line: Json) => inResponse(line, (response) => ({ ...response, body: JSON.stringify(response.body) })),
  body_nested: (line: Json) => inResponse(line, ({ body, ...response }) => ({ ...response, data: { data: body } })),
  body_of_responses: (line: Json) =>
    inContent(
      line,
      (text) => text,
      (body, text) => ({
        id: body.id,
        object: "response",
        output: [{ type: "message", content: [{ type: "output_text", text }] }],
        usage: body.usage,
      }),
    ),
  line_nested: ({ id, ...line }: Json) => ({ id, result: line }),
  body_list: (line: Json) => inResponse(line, (response) => ({ ...response, body: [response.body] })),
  body_beside: (line: Json) => ({ ...line, response: null, body: isObject(line.response) ? line.response.body : null }),
  choice_object: (line: Json) => inBody(line, (body) => ({ ...body, choices: firstOf(body.choices) })),
  content_parts: (line: Json) => inContent(line, (text) => [...text].map((char) => ({ type: "text", text: char }))),
  content_thoughts: (line: Json) =>
    inContent(line, (text) => [
      { type: "thinking", thinking: "What would be a good answer?" },
      { type: "text", text },
    ]),
  content_parsed: (line: Json) => inContent(line, (text) => JSON.parse(text)),
} as const;

const names = Object.keys(HOW) as [keyof typeof HOW];

export const lineOdd = defineFault({
  kind: "line_odd",
  summary: "A good answer comes with an odd field next to it or around it. Billed.",
  at: "line",
  params: z.strictObject({ how: z.enum(names).default("error_blank") }),
  onLine: (line, { how }) => changeServed(line, HOW[how]),
});

function inResponse(line: Json, change: (response: Json) => unknown): Json {
  return isObject(line.response) ? { ...line, response: change(line.response) } : line;
}

function inBody(line: Json, change: (body: Json) => unknown): Json {
  return inResponse(line, (response) =>
    isObject(response.body) ? { ...response, body: change(response.body) } : response,
  );
}

function inContent(
  line: Json,
  change: (text: string) => unknown,
  shape?: (body: Json, content: unknown) => Json,
): Json {
  return inBody(line, (body) => {
    const choice = firstOf(body.choices);
    const message = isObject(choice) ? choice.message : undefined;
    if (!isObject(choice) || !isObject(message) || typeof message.content !== "string") return body;
    const content = change(message.content);
    return shape?.(body, content) ?? { ...body, choices: [{ ...choice, message: { ...message, content } }] };
  });
}

function firstOf(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : list;
}
