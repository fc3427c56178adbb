import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { auditDetails } from "../../app/_words/auditDetails.ts";
import { reasonInWords } from "../../app/_words/labels.ts";
import { change } from "../../app/_words/numbers.ts";
import { countryName, listCountries, secondsInWords } from "../../app/_words/sessions.ts";
import { dayInWords, daysInWords, hourInWords, longTime, moveDay } from "../../app/_words/times.ts";
import { barsPath } from "../../app/dashboard/_charts/barsPath.ts";
import { scaleOf } from "../../app/dashboard/_charts/scale.ts";
import { filterWords } from "../../app/dashboard/_filter/filterWords.ts";
import { ADMIN_OPERATIONS } from "../../lib/admin/operations.ts";
import { COMPANY_OPERATIONS } from "../../lib/company/operations.ts";
import { SIGN_IN_CALLS } from "../../lib/signIn/signInCalls.ts";

/** The paths of a schema's fields, as its faults name them. */
function pathsIn(schema: z.ZodType): string[] {
  const walk = (part: z.core.JSONSchema.BaseSchema, above: string): string[] => [
    ...Object.entries(part.properties ?? {}).flatMap(([name, inner]) => [
      above + name,
      ...(typeof inner === "object" ? walk(inner, `${above}${name}.`) : []),
    ]),
    ...[...(part.anyOf ?? []), ...(part.oneOf ?? [])].flatMap((each) =>
      typeof each === "object" ? walk(each, above) : [],
    ),
  ];
  return walk(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }), "");
}

describe("days in words", () => {
  it("says what two days have in common once", () => {
    expect(dayInWords("2026-10-04")).toBe("4 Oct 2026");
    expect(daysInWords("2026-10-04", "2026-10-04")).toBe("4 Oct 2026");
    expect(daysInWords("2026-10-04", "2026-10-11")).toBe("4 – 11 Oct 2026");
    expect(daysInWords("2026-09-28", "2026-10-04")).toBe("28 Sep – 4 Oct 2026");
    expect(daysInWords("2025-12-29", "2026-01-04")).toBe("29 Dec 2025 – 4 Jan 2026");
    expect(daysInWords("2025-10-04", "2026-10-04")).toBe("4 Oct 2025 – 4 Oct 2026");
  });

  it("counts over months and years", () => {
    expect(moveDay("2028-02-28", 2)).toBe("2028-03-01");
    expect(moveDay("2026-01-01", -1)).toBe("2025-12-31");
  });

  it("tells the year of a time where years are mixed", () => {
    expect(longTime("2026-03-04T05:06:07.000Z", "UTC")).toBe("04 Mar 2026, 05:06");
  });
});

describe("a filter in words", () => {
  it("names each part, and what taking it away takes away", () => {
    const filter = { search: "Urlaub", from: "2026-10-01", to: "2026-10-31", escalated: "false", questionId: "q1" };
    expect(filterWords(filter, "How much leave is left?")).toEqual([
      { words: "“Urlaub”", names: ["search"] },
      { words: "1 – 31 Oct 2026", names: ["from", "to"] },
      { words: "Not escalated", names: ["escalated"] },
      { words: "Asks “How much leave is left?”", names: ["questionId"] },
    ]);
    expect(filterWords({ from: "2026-10-01" }, undefined)[0]?.words).toBe("Since 1 Oct 2026");
    const more = { empty: "true", country: "nl", hour: "9", responseTime: "under_5s" };
    expect(filterWords(more, undefined).map(({ words }) => words)).toEqual([
      "Nothing was written",
      "Netherlands",
      "From 09:00 – 09:59",
      "Answered in less than 5 seconds",
    ]);
    expect(filterWords({ to: "2026-10-01" }, undefined)[0]?.words).toBe("Until 1 Oct 2026");
    expect(filterWords({ questionId: "q1" }, undefined)[0]?.words).toBe("Asks “a deleted question”");
  });

  it("shows a word that it does not know as it is", () => {
    expect(filterWords({ sentiment: "FURIOUS", language: "x-y-z!" }, undefined).map(({ words }) => words)).toEqual([
      "FURIOUS",
      "x-y-z!",
    ]);
  });
});

describe("why a filter was refused", () => {
  it("names the fields as the page does", () => {
    const message =
      "The input is not valid. from: is after the last day, 2026-11-01; forwardedHr: must be true or false";
    expect(reasonInWords({ code: "invalid_input", message })).toBe(
      "First day: is after the last day, 2026-11-01; Sent on to HR: must be true or false.",
    );
    expect(reasonInWords({ code: "too_slow", message: "from: too slow." })).toBe("from: too slow.");
    const limits = "The input is not valid. requestsPerDay: must be a number; allowedAddresses.0: is no address";
    expect(reasonInWords({ code: "invalid_input", message: limits })).toBe(
      "Requests a day: must be a number; Works from: is no address.",
    );
    const csv = "The input is not valid. csvUrl: must not contain control characters";
    expect(reasonInWords({ code: "invalid_input", message: csv })).toBe(
      "CSV address: must not contain control characters.",
    );
  });

  it.each([
    [
      'roleWords.User.0: has a character; roleWords: says of "x" that it is User and System',
      'Words for the user: has a character; Words for speakers: says of "x" that it is User and System.',
    ],
    ["filter.errorCode: is required", "Error: is required."],
    [
      "errorGroup: can only be used with errorCode and the status processing_failed",
      "Message: can only be used with “Error” and the status processing_failed.",
    ],
    [
      "give exactly one of ownerId, serviceAccountId and companyId",
      "give exactly one of “Person”, “Service account” and “Company”.",
    ],
    ["someNewField.3.innerName: is required", "Inner name: is required."],
  ])("names the parts of a field, and fields inside the sentence: %s", (fault, words) => {
    expect(reasonInWords({ code: "invalid_input", message: `The input is not valid. ${fault}` })).toBe(words);
  });

  it("has words for every field that a call may name", () => {
    const paths = [...ADMIN_OPERATIONS, ...COMPANY_OPERATIONS].flatMap(({ input }) => pathsIn(input));
    const signIn = [...SIGN_IN_CALLS.values()].flatMap(({ body }) => pathsIn(body));
    expect(paths).toEqual(expect.arrayContaining(["roleWords.User", "filter.errorCode"]));
    for (const path of [...paths, ...signIn]) {
      const fault = reasonInWords({ code: "invalid_input", message: `The input is not valid. ${path}.0: is required` });
      expect(fault, path).toMatch(/^[A-Z][A-Za-z -]+(?:, [a-z ]+)?: is required\.$/);
      expect(fault, path).not.toMatch(/[a-z][A-Z]/);
    }
  });
});

describe("how a count has changed", () => {
  it.each([
    [112, 100, "+12%"],
    [92, 100, "−8%"],
    [0, 5, "−100%"],
    [7, 7, "as before"],
    [0, 0, "as before"],
    [3, 0, "new"],
    [100_001, 100_000, "+< 1%"],
    [99_999, 100_000, "−< 1%"],
    [30, 2, "15 ×"],
  ])("%d after %d is %s", (now, before, words) => expect(change(now, before)).toBe(words));
});

describe("the axis of a chart", () => {
  it.each([
    [0, 4, [0, 1]],
    [3, 4, [0, 1, 2, 3]],
    [34, 4, [0, 10, 20, 30, 40]],
    [34, 1, [0, 50]],
    [100, 4, [0, 50, 100]],
    [101, 1, [0, 200]],
    [1_234, 3, [0, 500, 1_000, 1_500]],
  ])("up to %d, in at most %d steps, is in round numbers", (highest, most, ticks) => {
    expect(scaleOf(highest, most)).toEqual({ top: ticks.at(-1), ticks });
  });
});

describe("names for people", () => {
  it("are those of countries, hours and waits, and anything else as it is", () => {
    expect([countryName("NL"), countryName("Holland"), countryName("QQ")]).toEqual(["Netherlands", "Holland", "QQ"]);
    const codes = listCountries().map(({ value }) => value);
    expect(codes.length).toBeGreaterThan(240);
    expect(codes).toEqual(expect.arrayContaining(["NL", "DE", "GB", "US"]));
    expect(hourInWords(9)).toBe("09:00 – 09:59");
    expect([secondsInWords(1), secondsInWords(7.46), secondsInWords(125)]).toEqual([
      "1 second",
      "7.5 seconds",
      "2 minutes 5 seconds",
    ]);
  });
});

describe("bars", () => {
  it("stand in their columns, as high as their share, and seen however small", () => {
    expect(barsPath([10, 0, 5, 1], 1_000)).toBe("M0.07 100V96h0.86V100zM2.07 100V96h0.86V100zM3.07 100V96h0.86V100z");
    expect(barsPath([4, 2], 4)).toBe("M0.07 100V0h0.86V100zM1.07 100V50h0.86V100z");
    expect(barsPath([0, 0], 0)).toBe("");
  });
});

describe("an entry of the audit log", () => {
  it("says what was changed, from what and to what", () => {
    const details = {
      fields: ["csvUrl", "requestsPerDay"],
      csvUrl: { from: null, to: "https://example.com/a.csv" },
      requestsPerDay: { from: 1000, to: null },
      role: { from: "ADMIN", to: "SUPER_ADMIN" },
    };
    expect(auditDetails(details)).toEqual([
      { name: "Fields", value: { kind: "text", text: "CSV address, Requests a day" } },
      { name: "CSV address", before: { kind: "text", text: "none" }, after: { kind: "text", text: details.csvUrl.to } },
      { name: "Requests a day", before: { kind: "text", text: "1,000" }, after: { kind: "text", text: "none" } },
      { name: "Role", before: { kind: "text", text: "admin" }, after: { kind: "text", text: "super admin" } },
    ]);
  });

  it("says everything else by its name, times and ids as such", () => {
    const details = {
      boughtTwice: { lines: 3, costEur: "0.12" },
      requeueNow: false,
      requeueAt: "2026-11-26T10:00:00.000Z",
      openaiBatchId: "batch_1",
      filter: { errorCode: "answer_empty", companyId: "c1", model: "GPT_x" },
      code: "provider_unavailable",
      scopes: [],
    };
    const said = auditDetails(details).map((each) => [each.name, "value" in each && each.value.text]);
    expect(said).toEqual([
      ["Lines that may be paid for twice", "3"],
      ["Their cost in euros", "0.12"],
      ["Requeue immediately", "no"],
      ["Requeued at", "2026-11-26T10:00:00.000Z"],
      ["The provider's id", "batch_1"],
      ["Filter, error code", "The answer has no content"],
      ["Filter, company id", "c1"],
      ["Filter, model", "GPT_x"],
      ["Code", "provider unavailable"],
      ["Limited to", "none"],
    ]);
    expect(auditDetails(details).flatMap((each) => ("value" in each ? each.value.kind : []))).toEqual([
      "text",
      "text",
      "text",
      "time",
      "id",
      "text",
      "id",
      "text",
      "text",
      "text",
    ]);
  });

  it("never shows JSON or a field's name, whatever was recorded", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("someField", "from", "to", "fields", "ids"), fc.jsonValue()),
        (details) => {
          for (const { name, ...values } of auditDetails(details as Record<string, unknown>)) {
            expect(name).not.toContain("someField");
            for (const { text } of Object.values(values)) expect(text).not.toContain("[object");
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
