import type { z } from "zod";
import type { readCompanyMe } from "../../../lib/company/me/readCompanyMe.ts";
import { Time } from "../../_ui/Time.tsx";
import { inGroups } from "../../_words/numbers.ts";

type HeldSessions = z.output<typeof readCompanyMe.output>["held"];

/** How many sessions are waiting for the limit to start again. */
export function Held({ held }: { held: HeldSessions }) {
  if (!held) return null;
  const { count, atLeast, limit, until } = held;
  const sessions = `${inGroups(count)}${atLeast ? " or more" : ""} ${count === 1 && !atLeast ? "session is" : "sessions are"}`;
  const period = limit === "day" ? "today" : "this month";
  return (
    <p role="status">
      {`${sessions} waiting to be analysed. The agreed number of requests for ${period} has been used up; analysis continues on `}
      <Time iso={until} />.
    </p>
  );
}
