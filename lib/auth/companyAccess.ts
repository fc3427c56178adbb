import type { CompanyStatus } from "../db/enums.ts";
import type { Realm } from "./actor.ts";

/** What is said to the people and the programs of a company that nobody is let in for; null: they are let in. */
const REFUSALS: Readonly<Record<CompanyStatus, string | null>> = {
  ACTIVE: null,
  TRIAL: null,
  SUSPENDED: "Your company's access is suspended. Ask the operator of this LiveDash to restore it.",
  ARCHIVED: "Your company's access has ended. Ask the operator of this LiveDash if you still need it.",
};

const OPEN = Object.entries(REFUSALS).flatMap(([status, why]) => (why === null ? [`'${status}'`] : []));
/** The statuses of companies whose people and keys are let in, as SQL. */
export const OPEN_STATUSES = `(${OPEN.join(", ")})`;

/** As SQL: that the company of the user `u` lets its people in. Those who run LiveDash have none. */
export function ofOpenCompany(realm: Realm): string {
  return realm === "company"
    ? `AND EXISTS (SELECT 1 FROM "Company" c WHERE c."id" = u."companyId" AND c."status" IN ${OPEN_STATUSES})`
    : "";
}

/** Why nobody of this company is let in; null if they are. Only for somebody who has shown that they belong to it. */
export function whyClosed(status: CompanyStatus): string | null {
  return REFUSALS[status];
}
