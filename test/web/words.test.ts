import { describe, expect, it } from "vitest";
import { headlineOf } from "../../app/_overview/headline.ts";
import type { Waiting } from "../../app/_overview/pipeline.ts";
import { layRibbons } from "../../app/_overview/ribbons.ts";
import { spellOut } from "../../app/_words/labels.ts";
import { counted, inGroups, share } from "../../app/_words/numbers.ts";
import { languageName } from "../../app/_words/sessions.ts";
import { describeBatch } from "../../app/_words/statuses.ts";
import { exactUtc, inWords, rangeInWords, shortTime, timeToTheSecond } from "../../app/_words/times.ts";
import { howMany, whyWaiting } from "../../app/_words/waiting.ts";
import { toField, toMoment } from "../../app/platform/requests/moments.ts";
import { tidyAddress } from "../../web/tidyAddress.ts";

const summaryOf = (pending: number, inBatch: number, complete: number, failed: number) => ({
  pending_batching: pending,
  batching_in_progress: inBatch,
  processing_complete: complete,
  processing_failed: failed,
});

describe("numbers, durations and times in words", () => {
  it("groups numbers and counts things", () => {
    expect(inGroups(1234567)).toBe("1,234,567");
    expect(counted(1, "batch", "batches")).toBe("1 batch");
    expect(counted(2000, "batch", "batches")).toBe("2,000 batches");
  });

  it.each([
    [0, 10, "0%"],
    [0, 0, "0%"],
    [1, 5_000, "< 0.1%"],
    [6, 1_000, "0.6%"],
    [1, 3, "33%"],
    [995, 1_000, "99.5%"],
    [4_999, 5_000, "> 99.9%"],
    [5, 5, "100%"],
  ])("%i of %i is %s", (part, whole, expected) => expect(share(part, whole)).toBe(expected));

  it.each([
    [0, "less than a second"],
    [1_000, "1 second"],
    [252_000, "4 minutes 12 seconds"],
    [3_600_000, "1 hour"],
    [93_784_000, "1 day 2 hours"],
  ])("%i ms is %s", (ms, expected) => expect(inWords(ms)).toBe(expected));

  it.each([
    [1_490_000, 1_790_000, "in 25 to 30 minutes"],
    [-1, 300_000, "within 5 minutes"],
    [7_150_000, 7_190_000, "within 120 minutes"],
    [3_600_000, 90_000_000, "in 1 to 25 hours"],
    [100, 900, "within 1 second"],
  ])("%i to %i ms is %s", (from, to, expected) => expect(rangeInWords(from, to)).toBe(expected));

  it("writes a code as people read it", () => expect(spellOut("answer_refused")).toBe("Answer refused"));

  it("writes times as briefly as they can be told apart, and exactly", () => {
    expect(shortTime("2026-03-01T09:05:07.123Z", "UTC")).toBe("01 Mar, 09:05");
    expect(shortTime("2026-03-01T23:05:07.123Z", "Europe/Amsterdam")).toBe("02 Mar, 00:05");
    expect(timeToTheSecond("2026-11-01T05:30:09.123Z", "America/New_York")).toBe("01 Nov, 01:30:09");
    expect(exactUtc("2026-03-01T09:05:07.123Z")).toBe("2026-03-01 09:05:07 UTC");
  });

  it("reads and shows what a field for a time holds by the clocks of a zone", () => {
    expect(toMoment("2026-03-01T08:30", "Europe/Amsterdam")).toBe("2026-03-01T07:30:00.000Z");
    expect(toMoment("2026-07-01T08:30", "Europe/Amsterdam")).toBe("2026-07-01T06:30:00.000Z");
    expect(toField("2026-03-01T07:30:00.000Z", "Europe/Amsterdam")).toBe("2026-03-01T08:30");
    expect(toMoment("no time", "UTC")).toBe("no time");
    expect(toField("no time", "UTC")).toBe("");
  });

  it("names languages, and shows what is none as it is", () => {
    expect(languageName("nl")).toBe("Dutch");
    expect(languageName("not a code!")).toBe("not a code!");
  });
});

describe("what a batch's status says", () => {
  it("is in part only, when results could not all be applied", () => {
    expect(describeBatch({ status: "processed", succeeded: 9, requestCount: 10 }).tone).toBe("partial");
    expect(describeBatch({ status: "processed", succeeded: 10, requestCount: 10 }).tone).toBe("done");
    expect(describeBatch({ status: "processed", succeeded: 0, requestCount: 10 }).tone).toBe("failed");
    expect(describeBatch({ status: "in_progress", succeeded: 0, requestCount: 10 }).tone).toBe("running");
  });
});

describe("why requests wait", () => {
  const all: Record<Waiting["kind"], [words: Partial<Parameters<typeof whyWaiting>[0]>, sentence: string]> = {
    copied: [{ reason: "This database is a copy" }, "This database is a copy"],
    spending_stopped: [{ by: "Ada", reason: "the invoice" }, "all spending stopped by Ada: the invoice"],
    creation_paused: [{ by: "Ada" }, "batch creation paused by Ada"],
    creation_off: [{}, "batch creation is switched off by BATCH_CREATION_ENABLED"],
    creation_silent: [{}, "no worker has created a batch since then; is one running?"],
    provider_stopped: [{ reason: "No credit." }, "nothing new is sent to the provider: No credit."],
    account_disabled: [
      { subject: "azure-eu", by: "boss@example.com", reason: "Moving." },
      "the account azure-eu was disabled by boss@example.com: Moving.",
    ],
    model_stopped: [
      { subject: "gpt-6-luna", reason: "Unknown model." },
      "nothing new is sent for gpt-6-luna: Unknown model.",
    ],
    company_not_served: [{ subject: "Acme", reason: "suspended" }, "Acme is suspended"],
    company_limit: [{ subject: "Acme", reason: "5 a day" }, "the limit of Acme is reached: 5 a day"],
    switched_off: [{ subject: "Acme" }, "Acme has its question topics switched off"],
    budget_full: [{ subject: "gpt-6-luna" }, "held back by the token budget of gpt-6-luna"],
    calls_failing: [{ reason: "status 503" }, "their batch cannot be sent or checked: status 503"],
    backing_off: [{ subject: "answer_empty" }, "answer empty"],
    next_round: [{}, "they will go into the next batches"],
  };

  it.each(Object.entries(all))("is said for %s", (kind, [words, sentence]) => {
    const nothing = { subject: null, reason: null, by: null };
    expect(whyWaiting({ ...nothing, ...words, kind: kind as Waiting["kind"] })).toBe(sentence);
  });

  it("stands after how many do, and leaves nothing out of which nothing is known", () => {
    expect(howMany({ count: 1, atLeast: false })).toMatch(/^1 /);
    expect(howMany({ count: 10_000, atLeast: true })).toMatch(/^10,000 or more /);
    const nothing = { subject: null, reason: null, by: null };
    for (const kind of ["copied", "spending_stopped", "creation_paused", "backing_off"] as const) {
      expect(whyWaiting({ ...nothing, kind })).not.toMatch(/null|undefined/);
    }
  });
});

describe("the headline", () => {
  it.each([
    [summaryOf(0, 0, 0, 0), "Nothing to analyse yet", "Import chat sessions to get started."],
    [summaryOf(12, 300, 1_000, 0), "1,000 of 1,312 requests analysed", "12 pending, 300 in a batch. None failed."],
    [summaryOf(0, 0, 1, 0), "The only request is done", "None failed."],
    [summaryOf(0, 0, 310, 0), "All 310 requests are done", "None failed."],
    [summaryOf(0, 0, 310, 2), "2 requests failed", "310 of 312 requests analysed. Nothing else is pending."],
    [summaryOf(5, 3, 310, 1), "1 request failed", "310 of 319 requests analysed. 5 pending, 3 in a batch."],
  ])("of %o is %s", (summary, sentence, detail) => expect(headlineOf(summary)).toMatchObject({ sentence, detail }));
});

describe("the ribbons", () => {
  it("fill their room, are as thick as their share, and never too thin to see", () => {
    const ribbons = layRibbons(summaryOf(500, 499, 1, 0), 100);
    const [complete, failed, inBatch, pending] = ribbons.map(({ size }) => size);
    expect(failed).toBe(0);
    expect(complete).toBeGreaterThanOrEqual(3);
    expect(pending).toBeGreaterThan(inBatch ?? 0);
    const last = ribbons.at(-1);
    expect((last?.offset ?? 0) + (last?.size ?? 0)).toBeCloseTo(100, 1);
  });

  it("are none when there is nothing", () => {
    expect(layRibbons(summaryOf(0, 0, 0, 0), 100).map(({ size }) => size)).toEqual([0, 0, 0, 0]);
  });
});

describe("an address", () => {
  it.each([
    ["/platform/requests?status=x&companyId=&model=", "/platform/requests?status=x"],
    ["/platform/requests?companyId=", "/platform/requests"],
    ["/platform/requests?", undefined],
    ["/platform/requests?status=x&_rsc=1a2b", undefined],
    ["/platform?flag", undefined],
    ["/platform", undefined],
  ])("%s is tidied", (url, tidied) => expect(tidyAddress(url)).toBe(tidied));
});
