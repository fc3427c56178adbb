import { type Random, randomInteger } from "../random.ts";
import { conforms } from "./conforms.ts";
import { fromPattern } from "./fromPattern.ts";
import { asArray, asNumber, asObject, resolveSchema, type SchemaObject, typesOf, unsupportedSchema } from "./schema.ts";
import { makeFormat } from "./stringFormats.ts";

/** Plausible values for properties, by name in lower case without underscores; used where they fit the schema. */
export type Hints = Record<string, unknown>;

const words = "answer value note item detail record entry matter topic result sample figure point reason case".split(
  " ",
);
const comfortableDepth = 6;
const greatestDepth = 24;

/** Writes instances of one schema. The same random source writes the same instance. */
class SchemaWriter {
  readonly #root: unknown;
  readonly #random: Random;
  readonly #hints: Hints;

  constructor(root: unknown, random: Random, hints: Hints) {
    this.#root = root;
    this.#random = random;
    this.#hints = hints;
  }

  write(schema: unknown, depth: number): unknown {
    if (depth > greatestDepth) throw unsupportedSchema("it is nested too deeply");
    const resolved = resolveSchema(schema, this.#root);
    if ("const" in resolved) return resolved.const;
    if (Array.isArray(resolved.enum)) return this.#pick(resolved.enum);
    const options = asArray(resolved.anyOf ?? resolved.oneOf);
    if (options.length > 0) return this.write(this.#option(options, depth), depth + 1);
    const types = typesOf(resolved);
    const type = depth > comfortableDepth && types.includes("null") ? "null" : this.#pick(types);
    if (type === "null") return null;
    if (type === "boolean") return this.#random() < 0.5;
    if (type === "integer" || type === "number") return this.#number(resolved, type === "integer");
    if (type === "array") return this.#array(resolved, depth);
    if (type === "object") return this.#object(resolved, depth);
    return this.#string(resolved);
  }

  #pick(items: unknown[]): unknown {
    return items[randomInteger(this.#random, 0, items.length - 1)];
  }

  /** Deep down, an option that does not nest further, so that recursive schemas come to an end. */
  #option(options: unknown[], depth: number): unknown {
    if (depth <= comfortableDepth) return this.#pick(options);
    const flat = options.find((option) => {
      const types = typesOf(resolveSchema(option, this.#root));
      return !types.includes("object") && !types.includes("array");
    });
    return flat ?? options[0];
  }

  #object(schema: SchemaObject, depth: number): Record<string, unknown> {
    const required = new Set(asArray(schema.required));
    const result: Record<string, unknown> = {};
    for (const [name, property] of Object.entries(asObject(schema.properties))) {
      const wanted = required.has(name) || (depth <= comfortableDepth && this.#random() < 0.5);
      if (wanted) result[name] = this.#property(name, property, depth);
    }
    return result;
  }

  #property(name: string, schema: unknown, depth: number): unknown {
    const hint = this.#hints[name.replaceAll("_", "").toLowerCase()];
    if (hint !== undefined && conforms(hint, schema, this.#root)) return hint;
    return this.write(schema, depth + 1);
  }

  #array(schema: SchemaObject, depth: number): unknown[] {
    const least = asNumber(schema.minItems) ?? 0;
    const most = asNumber(schema.maxItems) ?? Math.max(least, 3);
    const first = asArray(schema.prefixItems);
    const length =
      depth > comfortableDepth
        ? least
        : Math.max(first.length, randomInteger(this.#random, least, Math.min(most, least + 3)));
    const items: unknown[] = [];
    for (let tries = 0; items.length < length && tries < length * 50; tries++) {
      const item = this.write(first[items.length] ?? schema.items ?? { type: "string" }, depth + 1);
      const repeated =
        schema.uniqueItems === true && items.some((other) => JSON.stringify(other) === JSON.stringify(item));
      if (!repeated) items.push(item);
    }
    if (items.length < least) throw unsupportedSchema("an array asks for more different items than there are");
    return items;
  }

  #number(schema: SchemaObject, whole: boolean): number {
    const step = asNumber(schema.multipleOf) ?? (whole ? 1 : 0.01);
    const above = asNumber(schema.exclusiveMinimum);
    const below = asNumber(schema.exclusiveMaximum);
    const least = above === undefined ? asNumber(schema.minimum) : above + step / 2;
    const most = below === undefined ? asNumber(schema.maximum) : below - step / 2;
    const low = least ?? Math.min(0, (most ?? 0) - 100 * step);
    const first = Math.ceil(low / step - 1e-9);
    const last = Math.floor((most ?? low + 100 * step) / step + 1e-9);
    if (first > last) throw unsupportedSchema("a number has no value within its bounds");
    return Number((randomInteger(this.#random, first, last) * step).toFixed(9));
  }

  #string(schema: SchemaObject): string {
    const made = typeof schema.format === "string" ? makeFormat(schema.format, this.#random) : undefined;
    if (made !== undefined) return made;
    if (typeof schema.pattern === "string") return this.#patterned(schema.pattern, schema);
    const least = asNumber(schema.minLength) ?? 0;
    const most = asNumber(schema.maxLength) ?? Math.max(least, 60);
    let text = String(this.#pick(words));
    const length = randomInteger(this.#random, least, Math.min(most, Math.max(least, 12) + 40));
    while (text.length < length) text += ` ${this.#pick(words)}`;
    const cut = text.slice(0, Math.max(least, length)).trimEnd();
    return cut.padEnd(least, "x").slice(0, most);
  }

  #patterned(pattern: string, schema: SchemaObject): string {
    for (let tries = 0; tries < 100; tries++) {
      const text = fromPattern(pattern, this.#random);
      if (conforms(text, schema, this.#root)) return text;
    }
    throw unsupportedSchema("the emulator cannot write a text for one of its patterns");
  }
}

/**
 * An instance of a JSON schema, the same for the same random source.
 * @throws ApiError 400 `unsupported_schema` for what the emulator cannot write.
 */
export function fromSchema(schema: unknown, random: Random, hints: Hints = {}): unknown {
  return new SchemaWriter(schema, random, hints).write(schema, 0);
}
