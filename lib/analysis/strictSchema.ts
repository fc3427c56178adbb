import { z } from "zod";

/** Rules that providers refuse in a strict schema; we check them ourselves when the answer comes. */
const NOT_SENT = new Set(["$schema", "minLength", "maxLength"]);

/** A zod schema as the strict JSON schema that the model is held to: all properties required, no others. */
export function toStrictSchema(schema: z.ZodType): Record<string, unknown> {
  return strip(z.toJSONSchema(schema, { target: "draft-7" })) as Record<string, unknown>;
}

function strip(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(strip);
  if (typeof node !== "object" || node === null) return node;
  const kept = Object.entries(node).filter(([key]) => !NOT_SENT.has(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, strip(value)]));
}
