import type { Operation } from "./operation.ts";

/** Where all calls of operators were until 0.2; those about data that comes by CSV are still there. */
const BEFORE = "/api/admin/legacy/";
const NOW = "/api/admin/";

/**
 * Where an address of before 0.2 is now, with its query. Only addresses of operations have moved, whatever ids are in them:
 * nothing is looked up.
 */
export function findMoved(operations: readonly Operation[], method: string, address: URL): string | undefined {
  const { pathname, search } = address;
  if (!pathname.startsWith(BEFORE)) return undefined;
  // It begins with our own path, so it cannot lead to another site.
  const path = NOW + pathname.slice(BEFORE.length);
  const asked = method === "HEAD" ? "GET" : method;
  const isKnown = operations.some((operation) => operation.method === asked && isAddressOf(operation, path));
  return isKnown ? path + search : undefined;
}

function isAddressOf({ path }: Operation, asked: string): boolean {
  const [parts, given] = [path.split("/"), asked.split("/")];
  return (
    parts.length === given.length && parts.every((part, at) => (part.startsWith("{") ? given[at] : part === given[at]))
  );
}
