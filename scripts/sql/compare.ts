import type { Column, Declared } from "../../lib/db/statement.ts";
import type { Description } from "./describe.ts";

/** Types whose values the driver gives and takes in the same way. */
const ALIKE: Record<string, string> = {
  "character varying": "text",
  smallint: "integer",
  json: "jsonb",
  real: "double precision",
};

const typeOf = (type: string) => {
  const [, element = type, array = ""] = /^(.*?)((?:\[\])?)$/.exec(type) ?? [];
  return (ALIKE[element] ?? element) + array;
};

/** Where a statement is not what it is declared to be, a sentence each. Labels are those of the database's enums, by name. */
export function compare(declared: Declared, described: Description, labels: ReadonlyMap<string, string[]>): string[] {
  const found: string[] = [];
  const params = Object.entries(declared.params);
  if (params.length !== described.params.length) {
    found.push(`takes ${described.params.length} parameters, and ${params.length} are declared`);
  }
  params.forEach(([name, column], index) => {
    const type = described.params[index];
    if (type !== undefined && typeOf(type) !== typeOf(column.type)) {
      found.push(`takes ${type} for $${index + 1}, and ${name} is declared as ${column.type}`);
    }
    found.push(...compareLabels(name, column, labels));
  });
  const columns = new Map(described.columns.map((column) => [column.name, column]));
  for (const { name, type } of described.columns) {
    // The 1 of `SELECT 1` has no name that anybody reads it by, and a function that answers nothing has a column all the same.
    const isNothing = name === "?column?" || type === "void";
    if (!isNothing && !(name in declared.row)) found.push(`answers the column ${name}, which is not declared`);
  }
  for (const [name, column] of Object.entries(declared.row)) {
    const real = columns.get(name);
    if (!real) found.push(`does not answer the column ${name}`);
    else {
      if (typeOf(real.type) !== typeOf(column.type)) {
        found.push(`answers ${real.type} for ${name}, which is declared as ${column.type}`);
      }
      if (!column.isNullable && !column.isKnown && real.isNullable !== false) {
        const why = real.isNullable
          ? "may be NULL"
          : "may be NULL as far as the database can tell (say `known` if not)";
        found.push(`${name} ${why}`);
      }
      if (column.isKnown && real.isNullable === false) found.push(`${name} needs no \`known\`: it is never NULL`);
    }
    found.push(...compareLabels(name, column, labels));
  }
  return found;
}

function compareLabels(name: string, column: Column<unknown>, labels: ReadonlyMap<string, string[]>): string[] {
  if (!column.labels) return [];
  const real = labels.get(column.type.replace(/\[\]$/, "")) ?? [];
  const same = real.length === column.labels.length && real.every((label) => column.labels?.includes(label));
  return same ? [] : [`${name} has the labels ${real.join(", ")}, and ${column.labels.join(", ")} are declared`];
}
