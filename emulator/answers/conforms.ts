import { isDeepStrictEqual } from "node:util";
import { isObject } from "../http/call.ts";
import { asArray, asNumber, asObject, resolveSchema, type SchemaObject, typesOf } from "./schema.ts";
import { formatPattern } from "./stringFormats.ts";

/** True when `value` is an instance of `schema`, in the words of JSON Schema that structured outputs use. */
export function conforms(value: unknown, schema: unknown, root: unknown): boolean {
  if (schema === false) return false;
  const resolved = resolveSchema(schema, root);
  if ("const" in resolved && !isDeepStrictEqual(value, resolved.const)) return false;
  if (Array.isArray(resolved.enum) && !resolved.enum.some((item) => isDeepStrictEqual(item, value))) return false;
  const options = asArray(resolved.anyOf ?? resolved.oneOf);
  if (options.length > 0 && !options.some((option) => conforms(value, option, root))) return false;
  const types = typesOf(resolved);
  if (types.length > 0 && !types.some((type) => hasType(value, type))) return false;
  if (typeof value === "string") return stringFits(value, resolved);
  if (typeof value === "number") return numberFits(value, resolved);
  if (Array.isArray(value)) return arrayFits(value, resolved, root);
  return isObject(value) ? objectFits(value, resolved, root) : true;
}

function hasType(value: unknown, type: string): boolean {
  if (type === "null") return value === null;
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isObject(value);
  if (type === "integer") return Number.isInteger(value);
  return typeof value === type;
}

function stringFits(value: string, schema: SchemaObject): boolean {
  const { minLength, maxLength, pattern, format } = schema;
  const length = typeof minLength === "number" || typeof maxLength === "number" ? [...value].length : 0;
  if (length < (asNumber(minLength) ?? 0) || length > (asNumber(maxLength) ?? Number.POSITIVE_INFINITY)) return false;
  if (typeof pattern === "string" && !new RegExp(pattern, "u").test(value)) return false;
  const shape = typeof format === "string" ? formatPattern(format) : undefined;
  return shape === undefined || shape.test(value);
}

function numberFits(value: number, schema: SchemaObject): boolean {
  const step = asNumber(schema.multipleOf);
  return (
    value >= (asNumber(schema.minimum) ?? Number.NEGATIVE_INFINITY) &&
    value <= (asNumber(schema.maximum) ?? Number.POSITIVE_INFINITY) &&
    value > (asNumber(schema.exclusiveMinimum) ?? Number.NEGATIVE_INFINITY) &&
    value < (asNumber(schema.exclusiveMaximum) ?? Number.POSITIVE_INFINITY) &&
    (step === undefined || Math.abs(value / step - Math.round(value / step)) < 1e-9)
  );
}

function arrayFits(value: unknown[], schema: SchemaObject, root: unknown): boolean {
  if (value.length < (asNumber(schema.minItems) ?? 0)) return false;
  if (value.length > (asNumber(schema.maxItems) ?? Number.POSITIVE_INFINITY)) return false;
  const repeats = schema.uniqueItems === true && new Set(value.map((item) => JSON.stringify(item))).size < value.length;
  if (repeats) return false;
  const first = asArray(schema.prefixItems);
  return value.every((item, index) => {
    const itemSchema = first[index] ?? schema.items;
    return itemSchema === undefined || conforms(item, itemSchema, root);
  });
}

function objectFits(value: Record<string, unknown>, schema: SchemaObject, root: unknown): boolean {
  const properties = asObject(schema.properties);
  if (!asArray(schema.required).every((name) => typeof name === "string" && name in value)) return false;
  return Object.entries(value).every(([name, item]) => {
    if (name in properties) return conforms(item, properties[name], root);
    const others = schema.additionalProperties ?? true;
    return others === true || conforms(item, others, root);
  });
}
