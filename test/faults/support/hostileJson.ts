import fc from "fast-check";

/** A stand-in in generated values for a key that object literals cannot hold. */
const PROTO = "proto-key";

/** Texts that break what does not expect them: NUL, half surrogate pairs, line separators, marks, formulas, markup. */
const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom(
    "",
    "\0",
    "a\0b",
    "\ud800",
    "x\udfff",
    "\ufeff",
    "\u2028\u2029",
    "null",
    "NaN",
    "-0",
    "1e309",
    "'; --",
    "\\u0000",
  ),
  fc.constantFrom("PROCESSED", "completed", "200", "true", "{}", "[]", "</session>", "=1+1", "%00", "../../etc"),
  fc.nat(3_000).map((length) => "é".repeat(length)),
);

const hostileNumber = fc.oneof(
  fc.constantFrom(0, -0, -1, 0.5, 1e308, -1e308, 2 ** 31, 2 ** 53, 1_000_000_000, 200, 400, 429, 500, 599, 1e21),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

const hostileKey = fc.constantFrom(
  PROTO,
  "constructor",
  "prototype",
  "toString",
  "toJSON",
  "custom_id",
  "response",
  "error",
  "body",
  "choices",
  "usage",
  "",
);

/** Any JSON value, some of them deep, with keys that reach for prototypes. */
export const hostileValue: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown; leaf: unknown }>((tie) => ({
  leaf: fc.oneof(fc.constant(null), fc.boolean(), hostileNumber, hostileText),
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    tie("leaf"),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(hostileKey, tie("value"), { maxKeys: 4 }),
  ),
})).value;

/** JSON with `__proto__` as a key, and values nested deeper than a recursive reader can follow, now and then. */
export function toHostileJson(value: unknown, depth = 0): string {
  const text = JSON.stringify(value).replaceAll(`"${PROTO}"`, '"__proto__"');
  return depth === 0
    ? text
    : `${text.slice(0, -1)}${text.length > 2 ? "," : ""}"deep":${"[".repeat(depth)}${"]".repeat(depth)}}`;
}

/** What happens to one place of a valid document. */
type Change = { at: number; how: "replace" | "remove" | "add"; value: unknown; key: string };

export const changes: fc.Arbitrary<Change[]> = fc.array(
  fc.record({
    at: fc.nat(60),
    how: fc.constantFrom("replace" as const, "remove" as const, "add" as const),
    value: hostileValue,
    key: hostileKey,
  }),
  { minLength: 1, maxLength: 3 },
);

/** A copy of a document with changes at some of its places. */
export function spoil(document: unknown, spoiling: readonly Change[]): unknown {
  const copy: unknown = structuredClone(document);
  for (const { at, how, value, key } of spoiling) {
    const places = listPlaces(copy);
    const place = places[at % Math.max(1, places.length)];
    if (!place) continue;
    if (how === "remove" && !Array.isArray(place.parent)) delete place.parent[place.key];
    // A copy each time: a later change may put the same value into itself.
    else place.parent[how === "add" ? key : place.key] = structuredClone(value);
  }
  return copy;
}

interface Place {
  parent: Record<string, unknown>;
  key: string;
}

function listPlaces(value: unknown): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const parent = value as Record<string, unknown>;
  return Object.keys(parent).flatMap((key) => [{ parent, key }, ...listPlaces(parent[key])]);
}

/** What is done to the bytes of a line. */
export const byteDamage: fc.Arbitrary<(line: Buffer) => Buffer> = fc.oneof(
  fc.constant((line: Buffer) => line),
  fc
    .double({ min: 0, max: 1, noNaN: true })
    .map((share) => (line: Buffer) => line.subarray(0, Math.floor(line.length * share))),
  fc.constant((line: Buffer) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), line])),
  fc.constant((line: Buffer) => Buffer.concat([line, Buffer.from("\r")])),
  fc.constant((line: Buffer) => Buffer.concat([line, line])),
  fc.tuple(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 4 })).map(([at, bytes]) => (line: Buffer) => {
    const place = at % (line.length + 1);
    return Buffer.concat([line.subarray(0, place), bytes, line.subarray(place)]);
  }),
);

/** Fit for a column of PostgreSQL: no U+0000, no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return !text.includes("\0") && text.isWellFormed();
}
