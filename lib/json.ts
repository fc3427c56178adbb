import { mendJson } from "./jsonText.ts";

/**
 * Parses JSON that came from outside; undefined if it is none. Strings come out fit for PostgreSQL, which takes neither
 * U+0000 nor half a surrogate pair: one such character would fail a whole chunk of rows.
 */
export function parseForeignJson(text: string): unknown {
  try {
    return text.includes("\\u") ? JSON.parse(text, (_key, value) => clean(value)) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The same for JSON with slips in it: it is mended where it cannot be read as it is. */
export function parseNearlyJson(text: string): unknown {
  return parseForeignJson(text) ?? parseForeignJson(mendJson(text));
}

function clean(value: unknown): unknown {
  return typeof value === "string" ? cleanText(value) : value;
}

/** A text without what PostgreSQL does not take. */
export function cleanText(text: string): string {
  return text.replaceAll("\0", "").toWellFormed();
}

/** What a table says of a name that came from outside: `constructor` and `__proto__` stand in no table of ours. */
export function lookUp<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
