import { describeApi } from "../../lib/api/openapi.ts";
import { OPERATIONS } from "../../lib/operations.ts";
import manifest from "../../package.json" with { type: "json" };

/** The body of an upload. */
const CSV_ROW = "s1,03.11.2026 09:00:00,03.11.2026 09:05:00,192.0.2.1,NL,nl,2,,,,,1.5,100,0.01,,Hoi\n";

export type Schema = Record<string, unknown>;

interface Parameter {
  name: string;
  in: "path" | "query";
  schema: Schema;
  example?: unknown;
}

/** One call as the API's description has it. */
export interface Endpoint {
  method: string;
  path: string;
  operationId: string;
  permission: string;
  realm: "platform" | "company";
  parameters: Parameter[];
  /** Of a JSON body: its fields and an example. None: it takes no body, or one that is not JSON. */
  body: { fields: Record<string, Schema>; example: Record<string, unknown> } | undefined;
  bodyType: string | undefined;
  /** What it is answered with where nothing is wrong. */
  status: number;
  /** Of the JSON that is answered; none where a download is. */
  answer: Schema | undefined;
}

/** The API's description, as its readers get it. */
export const DESCRIPTION = JSON.parse(JSON.stringify(describeApi(OPERATIONS, manifest.version)));

export const ENDPOINTS: Endpoint[] = Object.entries<Record<string, Record<string, unknown>>>(DESCRIPTION.paths).flatMap(
  ([path, methods]) => Object.entries(methods).map(([method, operation]) => readOperation(path, method, operation)),
);

// biome-ignore lint/suspicious/noExplicitAny: the description is JSON, and the tests fail where it is not what they expect
function readOperation(path: string, method: string, operation: any): Endpoint {
  const content: Record<string, { schema: Schema & { properties?: Record<string, Schema> }; example?: object }> =
    operation.requestBody?.content ?? {};
  const [bodyType] = Object.keys(content);
  const json = content["application/json"];
  const status = 202 in operation.responses ? 202 : 200;
  return {
    method: method.toUpperCase(),
    path,
    operationId: operation.operationId,
    permission: operation["x-permission"],
    realm: "companySession" in operation.security[0] ? "company" : "platform",
    parameters: operation.parameters,
    body: json && { fields: json.schema.properties ?? {}, example: { ...json.example } },
    bodyType: json ? undefined : bodyType,
    status,
    answer: operation.responses[status].content["application/json"]?.schema,
  };
}

/** What makes a call differ from the one of the example. */
export interface Change {
  path?: Record<string, string>;
  /** Appended to the query as it is. */
  query?: string;
  parameters?: Record<string, string>;
  body?: Record<string, unknown>;
  /** In place of the body, and its type. */
  rawBody?: string;
  type?: string;
}

/** The call that the endpoint's examples make, changed. */
export function exampleCall(endpoint: Endpoint, change: Change = {}): { path: string; init: RequestInit } {
  const valueFor = ({ name, example }: Parameter) =>
    String(change.path?.[name] ?? change.parameters?.[name] ?? example ?? "");
  let path = endpoint.path;
  const query = new URLSearchParams();
  for (const parameter of endpoint.parameters) {
    if (parameter.in === "path") path = path.replace(`{${parameter.name}}`, valueFor(parameter));
    else if (valueFor(parameter) !== "") query.set(parameter.name, valueFor(parameter));
  }
  const search = [query.toString(), change.query ?? ""].filter(Boolean).join("&");
  const body =
    change.rawBody ?? (endpoint.body ? JSON.stringify({ ...endpoint.body.example, ...change.body }) : CSV_ROW);
  const type = change.type ?? endpoint.bodyType ?? "application/json";
  return {
    path: search ? `${path}?${search}` : path,
    init: {
      method: endpoint.method,
      ...(endpoint.method === "GET" ? {} : { body, headers: { "Content-Type": type } }),
    },
  };
}

/** Values that a field may not have, by what its schema says: of another type, and beyond its limits. */
export function wrongValues(schema: Schema): { wrongType: unknown; overLimit: unknown } {
  const { type, maximum, maxLength, maxItems } = schema;
  return {
    wrongType: type === "object" ? "no object" : { no: "such type" },
    overLimit:
      typeof maximum === "number"
        ? maximum + 1
        : typeof maxLength === "number"
          ? "a".repeat(maxLength + 1)
          : typeof maxItems === "number"
            ? Array.from({ length: maxItems + 1 }, () => "a")
            : undefined,
  };
}

/** Whether any text but a few would be taken for this parameter of a query: then no text has the wrong type. */
export function takesAnyText(schema: Schema): boolean {
  return schema.type === "string" && !("enum" in schema || "format" in schema || "pattern" in schema);
}
