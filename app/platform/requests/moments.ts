import { DateTime } from "luxon";

const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?$/;

/** What a `datetime-local` field holds, by the clocks of a zone, as a moment; anything else is left for the API to judge. */
export function toMoment(text: string, zone: string): string {
  const at = LOCAL.test(text) ? DateTime.fromISO(text, { zone }) : undefined;
  return at?.isValid ? at.toJSDate().toISOString() : text;
}

/** A moment as such a field shows it, by the clocks of a zone; nothing where it is none. */
export function toField(moment: string | undefined, zone: string): string {
  const at = DateTime.fromISO(moment ?? "", { zone });
  return at.isValid ? at.toFormat("yyyy-MM-dd'T'HH:mm") : "";
}
