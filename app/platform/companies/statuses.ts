import { COMPANY_STATUS_WORDS } from "../../_words/statuses.ts";

export const COMPANY_STATUSES = Object.entries(COMPANY_STATUS_WORDS).map(([value, { word, meaning }]) => ({
  value,
  name: `${word}: ${meaning.toLowerCase()}`,
}));
