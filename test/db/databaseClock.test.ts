import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { checkClock } from "../../lib/admin/doctor/checkClock.ts";
import { DatabaseClock } from "../../lib/db/databaseClock.ts";
import { openLog } from "../../lib/observability/log.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const NOON = Date.parse("2026-11-03T12:00:00Z");
const HOUR_MS = 3_600_000;

/** A database and a machine whose times a test sets. */
function twoTimes({ lookTakes = 0 } = {}) {
  const times = { database: NOON, machine: 5_000 };
  const read = vi.fn(async () => {
    times.machine += lookTakes;
    times.database += lookTakes;
    return new Date(times.database - lookTakes / 2);
  });
  const clock = new DatabaseClock({ read, time: new Date(NOON), monotonic: () => times.machine });
  const pass = (ms: number) => {
    times.database += ms;
    times.machine += ms;
  };
  return { times, clock, pass, read };
}

describe("the database's clock", () => {
  it("goes on with the time that passes here, without asking", () => {
    const { clock, pass, read } = twoTimes();
    pass(1_500);
    expect(clock.now()).toEqual(new Date(NOON + 1_500));
    expect(read).not.toHaveBeenCalled();
  });

  it("is behind while the machine was suspended, until it asks", async () => {
    const { clock, times } = twoTimes();
    times.database += HOUR_MS;
    expect(clock.now()).toEqual(new Date(NOON));
    expect(await clock.ask()).toEqual(new Date(NOON + HOUR_MS));
    expect(clock.now()).toEqual(new Date(NOON + HOUR_MS));
  });

  it.each([0, 400, 60_000])(
    "is never told earlier than it is there, though the answer takes %i ms",
    async (lookTakes) => {
      const { clock, times } = twoTimes({ lookTakes });
      times.database += HOUR_MS;
      const told = (await clock.ask()).getTime();
      expect(told).toBeGreaterThanOrEqual(times.database);
      expect(told).toBeLessThanOrEqual(times.database + lookTakes);
      expect(Math.abs(clock.now().getTime() - times.database)).toBeLessThanOrEqual(lookTakes);
    },
  );

  it("stays as it is where an answer that was long on its way may mean the same", async () => {
    const { clock, times } = twoTimes({ lookTakes: 60_000 });
    times.database += 5_000;
    await clock.ask();
    expect(clock.now()).toEqual(new Date(NOON + 60_000));
  });

  it("is read again every minute, also after a look that failed, until it is closed", async () => {
    const { times, read } = twoTimes();
    const ended = new AbortController();
    const waits: number[] = [];
    const sleep = async (ms: number) => {
      waits.push(ms);
      times.database += HOUR_MS;
      if (waits.length === 3) ended.abort();
    };
    const clock = new DatabaseClock({ read, time: new Date(NOON), monotonic: () => times.machine, sleep });
    read.mockRejectedValueOnce(new Error("Connection terminated"));
    await clock.keep(openLog({ level: "silent", format: "json" }), ended.signal);
    expect(waits).toEqual([60_000, 60_000, 60_000]);
    expect(clock.now()).toEqual(new Date(NOON + 2 * HOUR_MS));
  });
});

describe("on a database", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it("says what time it is there, whatever this machine's clock says", async () => {
    vi.useFakeTimers({ now: NOON - 24 * HOUR_MS, toFake: ["Date"] });
    try {
      const clock = await DatabaseClock.of(database.pool);
      // Not to the millisecond: it counts half of the way of an answer, which a loaded machine may hold up.
      const off = (await clock.ask()).getTime() - (await readTime()).getTime();
      expect(Math.abs(off)).toBeLessThan(60_000);

      const [finding] = await checkClock({ clock });
      expect(finding).toMatchObject({
        id: "clock-differs",
        explanation: expect.stringMatching(/ behind the database/),
      });
      vi.setSystemTime(await readTime());
      expect(await checkClock({ clock })).toEqual([]);
      vi.setSystemTime((await readTime()).getTime() + 2 * HOUR_MS);
      const [early] = await checkClock({ clock });
      expect(early?.explanation).toMatch(/ is 7\d{3} seconds ahead of the database/);
    } finally {
      vi.useRealTimers();
    }
  });

  async function readTime(): Promise<Date> {
    const { rows } = await database.pool.query<{ time: Date }>(`SELECT clock_timestamp() AS "time"`);
    return rows[0]?.time ?? new Date(0);
  }
});
