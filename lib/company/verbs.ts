import type { Verb } from "../api/verb.ts";
import { readFigures } from "./figures/readFigures.ts";
import { readCompanyMe } from "./me/readCompanyMe.ts";
import { readQuestion } from "./questions/readQuestion.ts";
import { countSessions } from "./sessions/countSessions.ts";
import { exportSessions } from "./sessions/exportSessions.ts";
import { listSessions } from "./sessions/listSessions.ts";
import { readSession } from "./sessions/readSession.ts";

/** What a company's own users can ask, each for their own company alone. */
export const COMPANY_VERBS: readonly Verb[] = [
  readCompanyMe,
  readFigures,
  listSessions,
  countSessions,
  readSession,
  exportSessions,
  readQuestion,
];
