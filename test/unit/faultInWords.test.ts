import { describe, expect, it } from "vitest";
import { z } from "zod";
import { flag, id, pageSize } from "../../lib/api/fields.ts";
import { parseInput } from "../../lib/api/operation.ts";

const SCHEMA = z.strictObject({
  name: z.string().min(1).max(5).default("x"),
  reason: z.string().min(3).default("why"),
  status: z.enum(["active", "trial", "archived"]).optional(),
  at: z.iso.datetime().optional(),
  day: z.iso.date().optional(),
  email: z.email().optional(),
  ids: z.array(id).min(1).max(2).optional(),
  limit: pageSize,
  all: flag.optional(),
  needed: z.string(),
  either: z.union([z.string(), z.number()]).optional(),
  share: z.number().gt(0).lt(1).optional(),
  step: z.number().multipleOf(5).optional(),
  count: z.int().optional(),
  when: z.date().optional(),
  home: z.url().optional(),
  code: z
    .string()
    .regex(/^[a-z]+$/)
    .optional(),
  letter: z.enum([..."abcdefghijklmnopqrstuvwxyz"]).optional(),
  fixed: z.literal("this").optional(),
  whole: z.strictObject({ part: z.string() }).optional(),
  few: z.array(z.string()).min(2).optional(),
  one: z.array(z.string()).max(1).optional(),
  odd: z
    .string()
    .refine((text) => text !== "odd")
    .optional(),
  said: z.string().max(1, { error: "is said in other words" }).optional(),
});

describe("a refusal of an input says in plain words", () => {
  it.each<[object, string]>([
    [{ needed: undefined }, "needed: is required"],
    [{ needed: 5 }, "needed: must be text"],
    [{ name: "" }, "name: must not be empty"],
    [{ name: "longer" }, "name: must have at most 5 characters"],
    [{ reason: "x" }, "reason: must have at least 3 characters"],
    [{ status: "gone" }, "status: must be active, trial or archived"],
    [{ at: "today" }, "at: is not a time such as 2026-11-26T10:00:00Z"],
    [{ day: "26.11.2026" }, "day: is not a date such as 2026-11-26"],
    [{ email: "x" }, "email: is not an email address"],
    [{ ids: [] }, "ids: must not be empty"],
    [{ ids: ["a", "b", "c"] }, "ids: must have at most 2 items"],
    [{ ids: ["ä"] }, "ids.0: is not an id"],
    [{ limit: 201 }, "limit: must be at most 200"],
    [{ limit: 0 }, "limit: must be at least 1"],
    [{ limit: "many" }, "limit: must be a number"],
    [{ all: "yes" }, "all: must be true or false"],
    [{ colour: 1 }, "unknown field colour"],
    [{ colour: 1, size: 2 }, "unknown fields colour, size"],
    [{ either: true }, "either: has the wrong format"],
    [{ share: 0 }, "share: must be greater than 0"],
    [{ share: 1 }, "share: must be less than 1"],
    [{ step: 7 }, "step: must be a multiple of 5"],
    [{ count: 1.5 }, "count: must be a whole number"],
    [{ when: "now" }, "when: must be a date"],
    [{ home: "x" }, "home: is not a web address"],
    [{ code: "A1" }, "code: has the wrong format"],
    [{ letter: "?" }, `letter: must be ${[..."abcdefghijklmnopqrst"].join(", ")} or one of 6 others`],
    [{ fixed: "that" }, "fixed: must be this"],
    [{ whole: [] }, "whole: must be an object"],
    [{ whole: { part: null } }, "whole.part: must be text"],
    [{ few: ["a"] }, "few: must have at least 2 items"],
    [{ one: ["a", "b"] }, "one: must have at most 1 item"],
    [{ said: "long" }, "said: is said in other words"],
  ])("%j", (given, words) => {
    expect(() => parseInput(SCHEMA, { needed: "x", ...given })).toThrow(
      expect.objectContaining({ code: "invalid_input", message: `The input is not valid. ${words}` }),
    );
  });

  it("what is missing, though it might be one thing or another", () => {
    const schema = z.strictObject({ either: z.union([z.string(), z.number()]) });
    expect(() => parseInput(schema, {})).toThrow("The input is not valid. either: is required");
  });

  it("where it has no words of its own, what the schema's library says", () => {
    expect(() => parseInput(SCHEMA, { needed: "x", odd: "odd" })).toThrow(/^The input is not valid\. odd: \S/);
  });

  it("several faults at once, but not without end", () => {
    const given = Object.fromEntries(["name", "reason", "status", "day", "email", "ids"].map((name) => [name, 1]));
    expect(() => parseInput(SCHEMA, given)).toThrow(/^([^;]+; ){4}[^;]+$/);
  });
});
