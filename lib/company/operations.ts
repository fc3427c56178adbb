import type { Operation } from "../api/operation.ts";
import { abortSessionsExport } from "./exports/abortSessionsExport.ts";
import { createSessionsExport } from "./exports/createSessionsExport.ts";
import { listSessionsExports } from "./exports/listSessionsExports.ts";
import { readSessionsExportFile } from "./exports/readSessionsExportFile.ts";
import { exportFigures } from "./figures/exportFigures.ts";
import { readFigures } from "./figures/readFigures.ts";
import { readCompanyMe } from "./me/readCompanyMe.ts";
import { readQuestion } from "./questions/readQuestion.ts";
import { countSessions } from "./sessions/countSessions.ts";
import { exportSessions } from "./sessions/exportSessions.ts";
import { listSessions } from "./sessions/listSessions.ts";
import { readNeighbours } from "./sessions/readNeighbours.ts";
import { readSession } from "./sessions/readSession.ts";
import { readCompanySecurity, updateCompanySecurity } from "./users/companySecurity.ts";
import { createCompanyUser } from "./users/createCompanyUser.ts";
import { listCompanyUsers } from "./users/listCompanyUsers.ts";
import { resetCompanyUserPassword, resetCompanyUserTwoFactor } from "./users/resetCompanyUser.ts";
import { updateCompanyUser } from "./users/updateCompanyUser.ts";

/** What a company's own users can ask, each for their own company alone. */
export const COMPANY_OPERATIONS: readonly Operation[] = [
  readCompanyMe,
  readFigures,
  exportFigures,
  listSessions,
  countSessions,
  readSession,
  readNeighbours,
  exportSessions,
  createSessionsExport,
  listSessionsExports,
  readSessionsExportFile,
  abortSessionsExport,
  readQuestion,
  listCompanyUsers,
  createCompanyUser,
  updateCompanyUser,
  resetCompanyUserPassword,
  resetCompanyUserTwoFactor,
  readCompanySecurity,
  updateCompanySecurity,
];
