/** An address without what may be secret in it: credentials, query, fragment. */
export function addressForPeople(url: URL | string): string {
  const parsed = typeof url === "string" ? URL.parse(url) : url;
  return parsed ? `${parsed.origin}${parsed.pathname}` : "an invalid address";
}

const HIDDEN = "***";

/** The same for the audit log, which has to tell one address from another: what may be secret is hidden, and seen to be there. */
export function addressForAudit(address: string | null): string | null {
  if (address === null) return null;
  const url = URL.parse(address);
  if (!url) return addressForPeople(address);
  const credentials = url.username || url.password ? `${HIDDEN}@` : "";
  const query = [...url.searchParams.keys()].map((name) => `${encodeURIComponent(name)}=${HIDDEN}`).join("&");
  return `${url.protocol}//${credentials}${url.host}${url.pathname}${query && `?${query}`}${url.hash && `#${HIDDEN}`}`;
}
