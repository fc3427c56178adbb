import { IANAZone } from "luxon";
import { describe, expect, it } from "vitest";
import { dayOf, endOfDay, moveDay, startOfDay } from "../../lib/company/days.ts";

const start = (day: string, zone: string) => startOfDay(day, zone).toISOString();
const hours = (day: string, zone: string) =>
  (endOfDay(day, zone).getTime() - startOfDay(day, zone).getTime()) / 3_600_000;

describe("a day in a zone", () => {
  it.each([
    // Clocks go from 01:00 back to 00:00: there are two midnights.
    ["Atlantic/Azores", "2026-10-25", "2026-10-25T00:00:00.000Z", 25],
    ["America/Havana", "2026-11-01", "2026-11-01T04:00:00.000Z", 25],
    ["Atlantic/Azores", "2026-03-29", "2026-03-29T01:00:00.000Z", 23],
    // They jump over midnight.
    ["America/Havana", "2026-03-08", "2026-03-08T05:00:00.000Z", 23],
    ["Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00.000Z", 23],
    ["Europe/Amsterdam", "2026-10-25", "2026-10-24T22:00:00.000Z", 25],
    ["Europe/Amsterdam", "2026-03-29", "2026-03-28T23:00:00.000Z", 23],
    ["Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:00:00.000Z", 24.5],
    // They go back from 00:01 to 23:01 of the day before.
    ["America/St_Johns", "2010-11-07", "2010-11-07T02:30:00.000Z", 25],
    // A day that never was.
    ["Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00.000Z", 0],
    ["Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00.000Z", 24],
    ["Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15:00.000Z", 24],
  ])("of %s, %s, begins at its first moment", (zone, day, moment, length) => {
    expect(start(day, zone)).toBe(moment);
    expect(hours(day, zone)).toBe(length);
  });

  it("holds the first half hour of the Azores' longest day", () => {
    expect(dayOf(new Date("2026-10-25T00:30:00Z"), "Atlantic/Azores")).toBe("2026-10-25");
    expect(dayOf(new Date("2026-10-25T01:30:00Z"), "Atlantic/Azores")).toBe("2026-10-25");
    expect(dayOf(new Date("2026-10-24T23:59:59Z"), "Atlantic/Azores")).toBe("2026-10-24");
  });

  it("has begun for good when the clocks go back to the day before", () => {
    expect(dayOf(new Date("2010-11-07T02:29:59Z"), "America/St_Johns")).toBe("2010-11-06");
    expect(dayOf(new Date("2010-11-07T02:30:00Z"), "America/St_Johns")).toBe("2010-11-07");
    // Clocks there show 23:30 of the sixth, for the second time.
    expect(dayOf(new Date("2010-11-07T03:00:00Z"), "America/St_Johns")).toBe("2010-11-07");
  });

  it("begins, in every zone and around every change of its clocks, when they show it first", () => {
    const zones = Intl.supportedValuesOf("timeZone");
    let changes = 0;
    for (const name of zones) {
      const zone = IANAZone.create(name);
      for (const day of daysOfChange(zone)) {
        changes += 1;
        for (const near of [moveDay(day, -1), day, moveDay(day, 1)]) {
          const [from, to] = [startOfDay(near, name).getTime(), endOfDay(near, name).getTime()];
          expect(`${name} ${near} ${new Date(from).toISOString()}`).toBe(
            `${name} ${near} ${new Date(firstShown(zone, near)).toISOString()}`,
          );
          if (from < to) expect([dayOf(new Date(from), name), dayOf(new Date(to - 1), name)]).toEqual([near, near]);
        }
      }
    }
    expect(changes).toBeGreaterThan(zones.length / 4);
  });
});

/** The UTC days of 2026 in which a zone's offset changes. */
function daysOfChange(zone: IANAZone): string[] {
  const first = Date.UTC(2026, 0, 1);
  const days = Array.from({ length: 366 }, (_, index) => first + index * 86_400_000);
  const changed = days.filter((time) => zone.offset(time) !== zone.offset(time + 86_400_000));
  return changed.map((time) => new Date(time).toISOString().slice(0, 10));
}

/** By looking at the clocks each quarter of an hour. */
function firstShown(zone: IANAZone, day: string): number {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  for (let time = midnight - 15 * 3_600_000; ; time += 900_000) {
    if (time + zone.offset(time) * 60_000 >= midnight) return time;
  }
}
