import { describe, expect, it } from "vitest";
import { z } from "zod";
import { flag, id, pageSize } from "../../lib/api/fields.ts";
import { parseInput } from "../../lib/api/verb.ts";

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
  ])("%j", (given, words) => {
    expect(() => parseInput(SCHEMA, { needed: "x", ...given })).toThrow(
      expect.objectContaining({ code: "invalid_input", message: `The input is not valid. ${words}` }),
    );
  });
});
