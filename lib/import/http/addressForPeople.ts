/** An address without what may be secret in it: credentials, query, fragment. */
export function addressForPeople(url: URL | string): string {
  const parsed = typeof url === "string" ? URL.parse(url) : url;
  return parsed ? `${parsed.origin}${parsed.pathname}` : "an invalid address";
}
