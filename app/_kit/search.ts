/** The query of a page's address, as Next hands it over. */
export type Search = Record<string, string | string[] | undefined>;

/** The fields of a query that a page knows, each once and not empty. What it does not know is left out. */
export function pick<const Names extends readonly string[]>(
  search: Search,
  names: Names,
): Partial<Record<Names[number], string>> {
  const picked: Partial<Record<string, string>> = {};
  for (const name of names) {
    const value = search[name];
    const text = Array.isArray(value) ? value[0] : value;
    if (text !== undefined && text.trim() !== "") picked[name] = text.trim();
  }
  return picked as Partial<Record<Names[number], string>>;
}

/** An address with a query; fields without a value are left out. */
export function address(
  path: string,
  query: Readonly<Record<string, string | number | boolean | undefined | null>>,
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}
