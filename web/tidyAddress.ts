/**
 * The address without parameters that say nothing, as a form leaves them that a browser sends without our script.
 * Undefined where there is nothing to tidy.
 */
export function tidyAddress(url: string): string | undefined {
  const [path = "", query = ""] = url.split("?", 2);
  const parts = query.split("&").filter((part) => part !== "");
  const kept = parts.filter((part) => /=./.test(part) || !part.includes("="));
  if (kept.length === parts.length) return undefined;
  return kept.length === 0 ? path : `${path}?${kept.join("&")}`;
}
