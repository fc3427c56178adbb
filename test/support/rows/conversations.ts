import { randomUUID } from "node:crypto";
import type { Sql } from "../../../lib/db/pool.ts";
import { type Given, type Insert, type RowOf, tableOf } from "./table.ts";

/** The company of all rows that name none. */
export const COMPANY = "acme";

/** The rows of one call are made one millisecond after the other, the last one now. */
export const madeAt = (n: number, count: number) => new Date(Date.now() - count + n);

export function conversationsIn(sql: Sql) {
  const companies = tableOf(sql, "Company", () => {
    const id = randomUUID();
    return { id, name: `Company ${id}` };
  });
  const messages = tableOf(sql, "Message", (_, n) => ({ id: randomUUID(), role: "User", order: n - 1 }));
  const questions = tableOf(sql, "Question", () => ({ id: randomUUID(), companyId: COMPANY }));
  const sessionQuestions = tableOf(sql, "SessionQuestion", () => ({ order: 0 }));
  const sessionImports = tableOf(sql, "SessionImport", () => ({
    id: randomUUID(),
    companyId: COMPANY,
    externalSessionId: randomUUID(),
    startTimeRaw: "01.10.2026 10:00:00",
    endTimeRaw: "01.10.2026 10:05:00",
    contentHash: "hash",
  }));
  const bare = tableOf(sql, "Session", (given, n, count) => {
    const startTime = given.startTime ?? madeAt(n, count);
    return { id: randomUUID(), companyId: COMPANY, startTime, endTime: startTime };
  });

  /** Sessions, with the imported rows and the messages that are said of them. */
  const sessions: Insert<SessionGiven, Awaited<ReturnType<typeof bare>>[number]> = async (givens) => {
    const named = givens.map(({ externalSessionId, messages: _, ...given }) => {
      if (externalSessionId === undefined) return { row: given };
      const importRow = { id: randomUUID(), companyId: given.companyId, externalSessionId };
      return { row: { ...given, importId: importRow.id }, importRow };
    });
    await sessionImports(named.flatMap(({ importRow }) => importRow ?? []));
    const made = await bare(named.map(({ row }) => row));
    await messages(made.flatMap(({ id }, at) => (givens[at]?.messages ?? []).map(spoken(id))));
    return made;
  };
  return { companies, sessions, messages, questions, sessionQuestions, sessionImports };
}

export type SessionGiven = Given<"Session", Pick<RowOf<"Session">, "id" | "companyId" | "startTime" | "endTime">> & {
  /** The company's own name for it; gives it a row of the legacy CSV. */
  externalSessionId?: string | undefined;
  /** What was said: texts are spoken by the user and the assistant in turn. */
  messages?: readonly (string | Partial<Omit<RowOf<"Message">, "sessionId">>)[] | undefined;
};

const ROLES = ["User", "Assistant"] as const;

const spoken = (sessionId: string) => (message: string | Partial<RowOf<"Message">>, order: number) => ({
  sessionId,
  order,
  role: ROLES[order % 2],
  ...(typeof message === "string" ? { content: message } : message),
});
