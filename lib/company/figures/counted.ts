import { z } from "zod";
import type { Tenant } from "../asTenant.ts";
import type { Period } from "./period.ts";

/** So many of what most sessions ask are shown. */
export const MOST_SHOWN = 20;

const counts = z.array(z.number().int().nonnegative());

/** How many sessions ask something. */
export const countedFields = {
  sessions: z.number().int().nonnegative().meta({ description: "How many sessions ask it." }),
  sessionsBefore: z.number().int().nonnegative().meta({ description: "The same for the previous period." }),
  overTime: counts.meta({ description: "The same for each interval of the period." }),
  overTimeBefore: counts.meta({ description: "The same for each interval of the previous period." }),
};

/** @param byPart sessions by the part of `period` they are in: from 1 on, those of the previous period first */
export function countedIn(period: Period, byPart: ReadonlyMap<number, number>) {
  const { length } = period.parts;
  const countsFrom = (first: number) => Array.from({ length }, (_, index) => byPart.get(first + index) ?? 0);
  const [overTimeBefore, overTime] = [countsFrom(1), countsFrom(length + 1)];
  return { sessions: sumOf(overTime), sessionsBefore: sumOf(overTimeBefore), overTime, overTimeBefore };
}

const sumOf = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

/** Those that most sessions ask, in an order of their own where as many do. */
export function mostAsked<Asked extends { sessions: number }>(
  asked: readonly Asked[],
  nameOf: (asked: Asked) => string,
) {
  return asked.toSorted((a, b) => b.sessions - a.sessions || (nameOf(a) < nameOf(b) ? -1 : 1)).slice(0, MOST_SHOWN);
}

/** From so many sessions on, reading all of them at once is faster than looking each one up. */
const MANY_SESSIONS = 20_000;

/**
 * Reads of so many sessions. Before its first ANALYZE a table seems to have ten rows, and each of 500,000 sessions would be looked
 * up for every question.
 */
export async function readOf<T>({ tx }: Tenant, sessions: number, read: () => Promise<T>): Promise<T> {
  if (sessions < MANY_SESSIONS) return read();
  await tx.query("SET LOCAL enable_nestloop = off");
  const found = await read();
  await tx.query("SET LOCAL enable_nestloop = on");
  return found;
}
