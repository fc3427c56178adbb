import { ApiError, invalidType } from "../errors.ts";
import { isObject } from "../http/call.ts";

const mostPairs = 16;
const longestKey = 64;
const longestValue = 512;

/** Metadata of a batch: at most 16 pairs of texts, keys up to 64 and values up to 512 characters; else a 400. */
export function checkMetadata(value: unknown): Record<string, string> | null {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) throw invalidType("metadata", "an object with string values");
  const pairs = Object.entries(value);
  if (pairs.length > mostPairs) {
    throw new ApiError(400, `Invalid 'metadata': too many properties. Expected at most ${mostPairs}.`, {
      param: "metadata",
      code: "object_above_max_properties",
    });
  }
  const checked: Record<string, string> = {};
  for (const [key, text] of pairs) {
    if (typeof text !== "string") throw invalidType(`metadata.${key}`, "a string");
    if (key.length > longestKey || text.length > longestValue) {
      const limits = `keys may have ${longestKey} and values ${longestValue} characters`;
      throw new ApiError(400, `Invalid 'metadata': string too long; ${limits}.`, {
        param: "metadata",
        code: "string_above_max_length",
      });
    }
    checked[key] = text;
  }
  return checked;
}
