/** The fields of a form that were filled in, trimmed; passwords exactly as they are. */
export function formValues(form: HTMLFormElement): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value !== "string") continue;
    const text = /password/i.test(name) ? value : value.trim();
    if (text !== "") values[name] = text;
  }
  return values;
}
