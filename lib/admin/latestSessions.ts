import type { Context } from "../context.ts";
import type { SentimentCategory, SessionCategory } from "../db/generated/enums.ts";

/** An analysed session as lists show it. Times are ISO 8601 in UTC. */
export interface SessionRow {
  id: string;
  companyName: string;
  startTime: string;
  analysedAt: string;
  language: string | null;
  sentiment: SentimentCategory | null;
  category: SessionCategory | null;
  escalated: boolean | null;
  forwardedHr: boolean | null;
  summary: string | null;
}

/** The sessions that were analysed last, at most `limit`. */
export async function latestSessions(ctx: Context, limit: number): Promise<SessionRow[]> {
  const { rows } = await ctx.db.query<Omit<SessionRow, "startTime" | "analysedAt"> & SessionTimes>(
    `SELECT s."id", c."name" AS "companyName", s."startTime", s."analysedAt", s."language", s."sentiment",
            s."category", s."escalated", s."forwardedHr", s."summary"
       FROM "Session" s JOIN "Company" c ON c."id" = s."companyId"
      WHERE s."analysedAt" IS NOT NULL ORDER BY s."analysedAt" DESC, s."id" DESC LIMIT $1`,
    [limit],
  );
  return rows.map((row) => ({
    ...row,
    startTime: row.startTime.toISOString(),
    analysedAt: row.analysedAt.toISOString(),
  }));
}

interface SessionTimes {
  startTime: Date;
  analysedAt: Date;
}
