import { readdir } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { OPERATIONS } from "../../lib/operations.ts";

const APP = resolve(import.meta.dirname, "../../app");
/** Routes that need no permission, each for a reason that stands in its file. */
const OPEN = new Set([
  "GET /api/health",
  "GET /api/ready",
  "GET /api/admin/openapi.json",
  "GET /platform/find/open",
  "GET /api/auth/{realm}/{path}",
  "POST /api/auth/{realm}/{path}",
  ...["DELETE", "GET", "PATCH", "POST", "PUT"].map((method) => `${method} /api/{path}`),
]);
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** `GET /api/...` of every handler that a route file exports, with its operation if it has one. */
async function findRoutes() {
  const files = await readdir(APP, { recursive: true, withFileTypes: true });
  const routes = files.filter((file) => file.name === "route.ts").map((file) => join(file.parentPath, file.name));
  const found: { route: string; operation: unknown }[] = [];
  for (const file of routes) {
    const exported = (await import(pathToFileURL(file).href)) as Record<string, { operation?: unknown }>;
    const folder = file.slice(APP.length, -"/route.ts".length).split(sep).join("/");
    const path = folder.replaceAll(/\[(?:\.\.\.)?(\w+)\]/g, "{$1}");
    for (const method of METHODS.filter((name) => name in exported)) {
      found.push({ route: `${method} ${path}`, operation: exported[method]?.operation });
    }
  }
  return found;
}

describe("routes and operations", () => {
  it("every route has an operation, which declares its permission, or is meant to be open", async () => {
    const without = (await findRoutes()).filter(({ operation }) => operation === undefined).map(({ route }) => route);
    expect(without.sort()).toEqual([...OPEN].sort());
  });

  it("every operation is served at its own method and path, and every route's operation is described", async () => {
    const served = (await findRoutes()).filter(({ operation }) => operation !== undefined);
    const described = OPERATIONS.map((operation) => ({
      route: `${operation.method} ${operation.path}`,
      operation: operation.name,
    }));
    const found = served.map(({ route, operation }) => ({ route, operation: (operation as { name: string }).name }));
    const byRoute = (a: { route: string }, b: { route: string }) => (a.route < b.route ? -1 : 1);
    expect(found.sort(byRoute)).toEqual(described.sort(byRoute));
  });

  it("no two operations have one name", () => {
    const names = OPERATIONS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
