import { findJson, MOST_OBJECTS } from "../findJson.ts";

/**
 * The objects in the text of an answer, each of which may be the answer: the text itself as JSON, or what stands in it with
 * a fence or prose around, more than once, or as JSON within JSON. Empty if there is none.
 */
export function findAnswers(text: string): Record<string, unknown>[] {
  return findJson(text).flatMap((value) => findIn(value));
}

/** The objects that stand in the fields of one that is no answer itself: some put the answer into another object. */
export function findWithin(object: Record<string, unknown>): Record<string, unknown>[] {
  return Object.values(object)
    .slice(0, MOST_OBJECTS)
    .flatMap((field) => findIn(field));
}

/** Those of a value: itself, or what stands in it as a list or as JSON. */
function findIn(value: unknown, deep = 2): Record<string, unknown>[] {
  if (typeof value === "string") {
    return deep > 0 && value.includes("{") ? findJson(value).flatMap((one) => findIn(one, deep - 1)) : [];
  }
  if (Array.isArray(value))
    return deep > 0 ? value.slice(0, MOST_OBJECTS).flatMap((inner) => findIn(inner, deep - 1)) : [];
  return typeof value === "object" && value !== null ? [{ ...value }] : [];
}
