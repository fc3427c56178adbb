const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?$/;

/** What a `datetime-local` field holds, as a moment in UTC; anything else stays as it is, for the API to judge. */
export function toMoment(text: string): string {
  const at = LOCAL.test(text) ? Date.parse(`${text}Z`) : Number.NaN;
  return Number.isNaN(at) ? text : new Date(at).toISOString();
}

/** A moment as such a field shows it, in UTC; nothing where it is none. */
export function toField(moment: string | undefined): string {
  const at = moment === undefined ? Number.NaN : Date.parse(moment);
  return Number.isNaN(at) ? "" : new Date(at).toISOString().slice(0, 16);
}
