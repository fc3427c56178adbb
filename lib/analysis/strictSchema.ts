import { z } from "zod";

/** Rules that providers refuse in a strict schema. The model is told of the lengths; we check them when the answer comes. */
const NOT_SENT = new Set(["$schema", "minLength", "maxLength"]);

/** A zod schema as the strict JSON schema that the model is held to: all properties required, no others. */
export function toStrictSchema(schema: z.ZodType): Record<string, unknown> {
  return strip(z.toJSONSchema(schema, { target: "draft-7" })) as Record<string, unknown>;
}

function strip(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(strip);
  if (typeof node !== "object" || node === null) return node;
  const kept = Object.entries(node).filter(([key]) => !NOT_SENT.has(key));
  const stripped = Object.fromEntries(kept.map(([key, value]) => [key, strip(value)]));
  const length = tellLength(node);
  if (length === undefined) return stripped;
  return { ...stripped, description: [stripped.description, length].filter(Boolean).join(". ") };
}

function tellLength(node: { minLength?: unknown; maxLength?: unknown }): string | undefined {
  const { minLength: least, maxLength: most } = node;
  if (typeof most !== "number") return undefined;
  return typeof least === "number" && least > 1 ? `${least} to ${most} characters` : `At most ${most} characters`;
}
