import { z } from "zod";
import { PLATFORM_PERMISSIONS } from "../auth/permissions.ts";
import type { Operation } from "./operation.ts";

const errorShape = z.strictObject({
  ok: z.literal(false),
  error: z.strictObject({ code: z.string(), message: z.string(), requestId: z.string() }),
});

/** The API's description, OpenAPI 3.1, made from the schemas that its calls are checked with. */
export function describeApi(operations: readonly Operation[], version: string) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method.toLowerCase()]: describeOperation(operation),
    };
  }
  return {
    openapi: "3.1.0",
    info: { title: "LiveDash", version, description: "The API for operators and companies." },
    components: {
      securitySchemes: {
        key: { type: "http", scheme: "bearer", description: "An API key, created with `livedash admin create-key`." },
        session: { type: "apiKey", in: "cookie", name: "livedash-platform.session_token" },
        companySession: { type: "apiKey", in: "cookie", name: "livedash-company.session_token" },
      },
      schemas: { Error: toSchema(errorShape, "output") },
    },
    paths,
  };
}

function describeOperation(operation: Operation) {
  const isPlatform = operation.permission in PLATFORM_PERMISSIONS;
  const schema = toSchema(operation.input, "input");
  const properties = schema.properties ?? {};
  const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
  const rest = Object.keys(properties).filter((name) => !inPath.includes(name));
  const inQuery = operation.method === "GET" || operation.bodyType ? rest : [];
  const parameter = (place: "path" | "query") => (name: string) => ({
    name,
    in: place,
    required: place === "path" || (schema.required ?? []).includes(name),
    schema: properties[name],
    ...exampleOf(operation, name),
  });
  return {
    operationId: operation.name,
    summary: operation.summary,
    "x-permission": operation.permission,
    security: isPlatform ? [{ key: [] }, { session: [] }] : [{ companySession: [] }],
    parameters: [...inPath.map(parameter("path")), ...inQuery.map(parameter("query"))],
    ...describeBody(operation, schema, inPath),
    responses: {
      [operation.status ?? 200]: {
        description: operation.status === 202 ? "Accepted." : "Done.",
        content: describeAnswer(operation),
      },
      default: {
        description: "The call was refused or failed.",
        content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
      },
    },
  };
}

function describeBody(operation: Operation, schema: JsonSchema, inPath: string[]) {
  if (operation.method === "GET") return {};
  if (operation.bodyType) {
    return { requestBody: { required: true, content: { [operation.bodyType]: { schema: { type: "string" } } } } };
  }
  const without = (names: string[] = []) => names.filter((name) => !inPath.includes(name));
  const { $schema: _, ...body } = schema;
  const properties = Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([n]) => !inPath.includes(n)));
  const example = Object.fromEntries(Object.entries(operation.example as object).filter(([n]) => !inPath.includes(n)));
  const content = { schema: { ...body, properties, required: without(schema.required) }, example };
  return { requestBody: { required: true, content: { "application/json": content } } };
}

function describeAnswer(operation: Operation) {
  if (!operation.output) return { "application/octet-stream": { schema: { type: "string", format: "binary" } } };
  const { $schema: _, ...answer } = toSchema(operation.output, "output");
  const properties = { ok: { const: true }, ...answer.properties };
  return {
    "application/json": { schema: { ...answer, properties, required: ["ok", ...(answer.required ?? [])] } },
  };
}

function exampleOf(operation: Operation, name: string) {
  const value = (operation.example as Record<string, unknown>)[name];
  return value === undefined ? {} : { example: value };
}

interface JsonSchema {
  $schema?: string;
  properties?: Record<string, unknown>;
  required?: string[];
}

/** Fields that take text or numbers alike are described as what they come to. */
function toSchema(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  return z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = zodSchema._zod;
      if (io === "input" && def.type === "number" && "coerce" in def && def.coerce) jsonSchema.type = "number";
    },
  }) as JsonSchema;
}
