import fc from "fast-check";
import { expect, test } from "vitest";
import { conforms } from "../../emulator/answers/conforms.ts";
import { fromSchema } from "../../emulator/answers/fromSchema.ts";
import { seededRandom } from "../../emulator/random.ts";

const schemas: Record<string, object> = {
  "an object with everything": {
    type: "object",
    additionalProperties: false,
    required: [
      "code",
      "tags",
      "when",
      "day",
      "mail",
      "id",
      "link",
      "score",
      "step",
      "open",
      "maybe",
      "kind",
      "fixed",
      "pair",
    ],
    properties: {
      code: { type: "string", pattern: "^[a-z]{2}$" },
      tags: {
        type: "array",
        minItems: 2,
        maxItems: 4,
        uniqueItems: true,
        items: { type: "string", enum: ["a", "b", "c", "d"] },
      },
      when: { type: "string", format: "date-time" },
      day: { type: "string", format: "date" },
      mail: { type: "string", format: "email" },
      id: { type: "string", format: "uuid" },
      link: { type: "string", format: "uri" },
      odd: { type: "string", format: "constructor" },
      score: { type: "number", exclusiveMinimum: 0, maximum: 1 },
      step: { type: "integer", minimum: -20, maximum: 20, multipleOf: 5 },
      open: { type: "boolean" },
      maybe: { type: ["string", "null"], maxLength: 5 },
      kind: { anyOf: [{ const: "x" }, { type: "object", required: ["y"], properties: { y: { type: "integer" } } }] },
      fixed: { const: { deep: [1, 2] } },
      pair: { type: "array", prefixItems: [{ type: "string" }, { type: "integer" }], minItems: 2, maxItems: 2 },
    },
  },
  "references and recursion": {
    $ref: "#/$defs/node",
    $defs: {
      node: {
        type: "object",
        required: ["name", "children", "next"],
        properties: {
          name: { $ref: "#/$defs/name" },
          children: { type: "array", items: { $ref: "#/$defs/node" } },
          next: { anyOf: [{ $ref: "#/$defs/node" }, { type: "null" }] },
        },
      },
      name: { type: "string", minLength: 3, maxLength: 8 },
    },
  },
  "all of": {
    allOf: [
      { type: "object", required: ["a"], properties: { a: { type: "integer", minimum: 3 } } },
      { required: ["b"], properties: { b: { oneOf: [{ type: "boolean" }, { type: "null" }] } } },
    ],
  },
  "a long text": { type: "string", minLength: 400, maxLength: 500 },
  "a pattern of many parts": {
    type: "string",
    pattern: "^(?:AB|[^\\W\\d]+?)-\\d{2,4}(\\.[x-z_]*)?\\s$",
    maxLength: 30,
  },
};

test.each(Object.entries(schemas))("an instance of a schema conforms to it: %s", (_name, schema) => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const value = fromSchema(schema, seededRandom(seed));
      expect(conforms(JSON.parse(JSON.stringify(value)), schema, schema)).toBe(true);
      expect(fromSchema(schema, seededRandom(seed))).toEqual(value);
    }),
    { numRuns: 50 },
  );
});

test.each([
  ["of another type", "x", { type: "integer" }],
  ["out of bounds", 11, { type: "integer", maximum: 10 }],
  ["off the step", 7, { type: "integer", multipleOf: 5 }],
  ["too short", "ab", { type: "string", minLength: 3 }],
  ["not in the pattern", "eng", { type: "string", pattern: "^[a-z]{2}$" }],
  ["not of the format", "today", { type: "string", format: "date" }],
  ["not in the enum", "c", { enum: ["a", "b"] }],
  ["not the const", 2, { const: 1 }],
  ["no option", 1, { anyOf: [{ type: "string" }, { type: "null" }] }],
  ["lacking a property", {}, { type: "object", required: ["a"] }],
  ["with one too many", { a: 1, b: 2 }, { type: "object", properties: { a: {} }, additionalProperties: false }],
  ["too many items", [1, 2], { type: "array", maxItems: 1 }],
  ["repeated items", [1, 1], { type: "array", uniqueItems: true }],
  ["a wrong item", [1, "2"], { type: "array", items: { type: "integer" } }],
])("a value %s does not conform", (_what, value, schema) => {
  expect(conforms(value, schema, schema)).toBe(false);
});

test("hints are used where they fit and nowhere else", () => {
  const schema = {
    type: "object",
    required: ["forwarded_hr", "summary"],
    properties: { forwarded_hr: { type: "boolean" }, summary: { type: "string", maxLength: 5 } },
  };
  const value = fromSchema(schema, seededRandom(1), { forwardedhr: true, summary: "much too long" });
  expect(value).toMatchObject({ forwarded_hr: true });
  expect(conforms(value, schema, schema)).toBe(true);
});

test.each([
  { type: "string", pattern: "^(?=look)ahead$" },
  { $ref: "#/$defs/none" },
  { $ref: "https://example.com/schema" },
  { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/a" } } },
  { type: "integer", minimum: 3, maximum: 2 },
  { type: "array", items: { const: 1 }, uniqueItems: true, minItems: 2 },
  { type: "object", required: ["x"], properties: { x: { $ref: "#" } } },
])("a schema that cannot be answered is a 400", (schema) => {
  expect(() => fromSchema(schema, seededRandom(1))).toThrow(
    expect.objectContaining({ status: 400, code: "unsupported_schema" }),
  );
});
