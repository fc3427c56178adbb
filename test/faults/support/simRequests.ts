import type { Sql } from "../../../lib/db/pool.ts";
import { rowsIn } from "../../support/rows/index.ts";
import { THERE } from "./simWorld.ts";

/** What there is to do: so many requests over so many companies, all pending. */
export interface Work {
  requests: number;
  companies?: number;
  /** Two: every other pair of requests goes to the account beside the default one. */
  accounts?: 1 | 2;
}

/** Puts companies, sessions, messages and requests into the database; their ids are those of `newId`, in order. */
export async function addRequests(sql: Sql, now: number, work: Work, newId: () => string): Promise<void> {
  const companies = Array.from({ length: work.companies ?? 1 }, (_, index) => ({
    id: newId(),
    name: `Company ${index}`,
  }));
  const base = now - 60_000;
  const requests = Array.from({ length: work.requests }, (_, index) => {
    const at = new Date(base + index);
    const message = (id: string) => ({ id, content: `How do I ask for leave in week ${index}?` });
    const session = { id: newId(), startTime: at, messages: [message(newId())] };
    const isThere = work.accounts === 2 && index % 4 >= 2;
    const model = isThere ? { model: THERE.model } : {};
    return { id: newId(), companyId: companies[index % companies.length]?.id, requestedAt: at, session, ...model };
  });
  const rows = rowsIn(sql);
  await rows.companies(companies);
  await rows.requests(requests);
}
