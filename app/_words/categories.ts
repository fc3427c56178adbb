import type { SessionCategory } from "../../lib/db/generated/enums.ts";

/** What a session is about, for people. */
export const CATEGORY_WORDS: Record<SessionCategory, string> = {
  SCHEDULE_HOURS: "Schedule and hours",
  LEAVE_VACATION: "Leave and vacation",
  SICK_LEAVE_RECOVERY: "Sick leave and recovery",
  SALARY_COMPENSATION: "Salary and compensation",
  CONTRACT_HOURS: "Contract hours",
  ONBOARDING: "Onboarding",
  OFFBOARDING: "Offboarding",
  WORKWEAR_STAFF_PASS: "Workwear and staff pass",
  TEAM_CONTACTS: "Team contacts",
  PERSONAL_QUESTIONS: "Personal questions",
  ACCESS_LOGIN: "Access and login",
  SOCIAL_QUESTIONS: "Social questions",
  UNRECOGNIZED_OTHER: "Not recognised",
};
