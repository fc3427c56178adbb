import type { z } from "zod";
import type { readCompanyMe } from "../../../lib/company/me/readCompanyMe.ts";
import { Time } from "../../_ui/Time.tsx";
import { inGroups } from "../../_words/numbers.ts";

type HeldSessions = z.output<typeof readCompanyMe.output>["held"];

/** How many sessions wait for the limit to begin anew. */
export function Held({ held }: { held: HeldSessions }) {
  if (!held) return null;
  const { count, atLeast, limit, until } = held;
  const sessions = `${inGroups(count)}${atLeast ? " or more" : ""} ${count === 1 && !atLeast ? "session waits" : "sessions wait"}`;
  return (
    <p role="status">
      {`${sessions} to be analysed until `}
      <Time iso={until} />
      {`: the requests that are agreed for ${limit === "day" ? "a day" : "a month"} are used up.`}
    </p>
  );
}
