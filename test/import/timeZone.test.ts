import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import { assertTimeZone, createTimeReader } from "../../lib/import/timeZone.ts";

const read = (zone: string, text: string) => createTimeReader(zone)(text)?.toISOString();

describe("createTimeReader", () => {
  it("reads a time in its zone", () => {
    expect(read("UTC", "05.07.2024 13:04:05")).toBe("2024-07-05T13:04:05.000Z");
    expect(read("Europe/Amsterdam", "05.07.2024 13:04:05")).toBe("2024-07-05T11:04:05.000Z");
    expect(read("America/St_Johns", "05.01.2024 13:04:05")).toBe("2024-01-05T16:34:05.000Z");
    expect(read("Asia/Kathmandu", "29.02.2024 00:00:00")).toBe("2024-02-28T18:15:00.000Z");
  });

  it.each([
    "31.02.2024 10:00:00",
    "29.02.2023 10:00:00",
    "00.01.2024 10:00:00",
    "01.13.2024 10:00:00",
    "01.01.2024 24:00:00",
    "01.01.2024 10:60:00",
    "01.01.2024 10:00:60",
    "01.01.0000 10:00:00",
    "1.1.2024 10:00:00",
    "2024-01-01 10:00:00",
    "01.01.2024 10:00",
    "01.01.2024 10:00:00 ",
    "",
  ])("refuses %j", (text) => {
    expect(read("Europe/Berlin", text)).toBeUndefined();
  });

  it("moves a time in the gap forward by the gap", () => {
    expect(read("Europe/Berlin", "31.03.2024 01:59:59")).toBe("2024-03-31T00:59:59.000Z");
    expect(read("Europe/Berlin", "31.03.2024 02:30:00")).toBe("2024-03-31T01:30:00.000Z");
    expect(read("Europe/Berlin", "31.03.2024 03:00:00")).toBe("2024-03-31T01:00:00.000Z");
    expect(read("Australia/Lord_Howe", "06.10.2024 02:15:00")).toBe("2024-10-05T15:45:00.000Z");
    expect(read("Pacific/Apia", "30.12.2011 12:00:00")).toBe("2011-12-30T22:00:00.000Z");
  });

  it("moves a time in the gap back where forward would be too late", () => {
    const readTime = createTimeReader("Europe/Berlin");
    const end = readTime("31.03.2024 03:05:00");
    expect(readTime("31.03.2024 02:30:00", undefined, end)?.toISOString()).toBe("2024-03-31T00:30:00.000Z");
    expect(readTime("31.03.2024 03:10:00", undefined, end)?.toISOString()).toBe("2024-03-31T01:10:00.000Z");
  });

  it("takes the earlier of two moments with the same time", () => {
    expect(read("Europe/Berlin", "27.10.2024 02:30:00")).toBe("2024-10-27T00:30:00.000Z");
    expect(read("America/New_York", "03.11.2024 01:30:00")).toBe("2024-11-03T05:30:00.000Z");
    expect(read("Europe/Berlin", "27.10.2024 03:00:00")).toBe("2024-10-27T02:00:00.000Z");
  });

  it("reads what Luxon writes, around every change of the clocks too", () => {
    const zones = [
      "Europe/Berlin",
      "America/New_York",
      "Australia/Lord_Howe",
      "Asia/Kolkata",
      "Africa/Casablanca",
      "UTC",
    ];
    const readers = new Map(zones.map((zone) => [zone, createTimeReader(zone)]));
    const anywhere = fc.integer({ min: 200_000, max: 2_000_000_000 });
    const springs = [1711846800, 1729990800, 1710054000, 1730613600, 1728142200, 1712415600];
    const nearChange = fc
      .tuple(fc.constantFrom(...springs), fc.integer({ min: -90_000, max: 90_000 }))
      .map(([a, b]) => a + b);
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.oneof(anywhere, nearChange), (zone, seconds) => {
        const written = DateTime.fromSeconds(seconds, { zone });
        const moment = readers.get(zone)?.(written.toFormat("dd.MM.yyyy HH:mm:ss"));
        const possible = written.getPossibleOffsets().map((time) => time.toMillis());
        expect(moment?.getTime()).toBe(Math.min(...possible));
      }),
      { numRuns: 600 },
    );
  });
});

describe("assertTimeZone", () => {
  it("accepts IANA names and says what is wrong with others", () => {
    for (const zone of ["UTC", "Europe/Amsterdam", "America/Argentina/Buenos_Aires"]) assertTimeZone(zone);
    for (const zone of ["", "Mars/Base", "+02:00", "local", "Europe/Amsterdam; DROP"]) {
      expect(() => assertTimeZone(zone)).toThrow(expect.objectContaining({ code: "invalid_time_zone" }));
    }
    expect(() => assertTimeZone("Mars/Base")).toThrow('"Mars/Base" is not a time zone');
  });
});
