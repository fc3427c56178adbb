import { ApiError } from "../errors.ts";
import { isObject } from "../http/call.ts";

/** A JSON schema that is not `true` or `false`. */
export type SchemaObject = Record<string, unknown>;

/** The 400 that a request gets when its schema is beyond this emulator. */
export function unsupportedSchema(reason: string): ApiError {
  return new ApiError(400, `Invalid schema for response_format: ${reason}`, {
    param: "response_format",
    code: "unsupported_schema",
  });
}

/** The schema behind `$ref` and a single `allOf`, and behind `true`. Throws for what cannot be followed. */
export function resolveSchema(schema: unknown, root: unknown): SchemaObject {
  let current = schema;
  for (let hops = 0; hops < 32; hops++) {
    if (current === true) return {};
    if (!isObject(current)) throw unsupportedSchema("a schema must be an object or true");
    if (typeof current.$ref === "string") {
      const { $ref, ...rest } = current;
      const target = lookUp(current.$ref, root);
      current = isObject(target) ? { ...target, ...rest } : target;
    } else if (Array.isArray(current.allOf)) {
      const { allOf, ...rest } = current;
      current = mergeAll([...current.allOf.map((part) => resolveSchema(part, root)), rest]);
    } else return current;
  }
  throw unsupportedSchema("its references are circular");
}

function lookUp(reference: string, root: unknown): unknown {
  if (!reference.startsWith("#")) throw unsupportedSchema("a $ref must point into the schema itself");
  let target = root;
  for (const part of reference.slice(1).split("/").slice(1)) {
    const key = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
    target = isObject(target) ? target[key] : Array.isArray(target) ? target[Number(key)] : undefined;
  }
  if (target === undefined) throw unsupportedSchema("a $ref points to nothing");
  return target;
}

function mergeAll(parts: SchemaObject[]): SchemaObject {
  const merged: SchemaObject = {};
  for (const part of parts) {
    const properties = { ...asObject(merged.properties), ...asObject(part.properties) };
    const required = [...asArray(merged.required), ...asArray(part.required)];
    Object.assign(merged, part);
    if (Object.keys(properties).length > 0) merged.properties = properties;
    if (required.length > 0) merged.required = required;
  }
  return merged;
}

export function asObject(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}

export function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asNumber(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** The types that a schema allows, guessed from its other words when it names none. */
export function typesOf(schema: SchemaObject): string[] {
  if (typeof schema.type === "string") return [schema.type];
  if (Array.isArray(schema.type)) return schema.type.filter((type) => typeof type === "string");
  if ("properties" in schema) return ["object"];
  if ("items" in schema || "prefixItems" in schema) return ["array"];
  if ("minLength" in schema || "maxLength" in schema || "pattern" in schema || "format" in schema) return ["string"];
  if ("minimum" in schema || "maximum" in schema || "multipleOf" in schema) return ["number"];
  return [];
}
