import { escapeIdentifier } from "pg";

import catalogue from "../../db/catalogue.json" with { type: "json" };
import { type Found, KINDS, type Kind, readStructure } from "../../db/catalogue.ts";
import type { Sql } from "../../db/pool.ts";
import { known, statement, text } from "../../db/statement.ts";
import type { Finding } from "./invariant.ts";

const EXAMPLES = 10;

/** What the operator would call it, and what is at stake. */
const WORDS: Record<Kind, { name: string; absent?: string; explanation: string }> = {
  role: { name: "role", explanation: "A role is missing, so nobody can read for one company alone." },
  function: {
    name: "function",
    explanation: "Functions that triggers, policies and statements call are missing or changed.",
  },
  index: {
    name: "index",
    explanation:
      "Indexes are missing or do not work: LiveDash becomes slow, and unique ones no longer keep duplicates out.",
  },
  constraint: {
    name: "constraint",
    explanation: "Constraints are missing or do not work, so the database accepts rows that make no sense.",
  },
  "foreign key": {
    name: "foreign key",
    explanation: "Foreign keys are missing or do not work, so deleting something leaves behind what belongs to it.",
  },
  trigger: {
    name: "trigger",
    explanation: "Triggers are missing or disabled: they count, guard the audit log, and fill in columns.",
  },
  "row security": {
    name: "row-level security of",
    absent: "is switched off",
    explanation: "Row-level security is switched off, so only LiveDash itself keeps companies apart there.",
  },
  policy: {
    name: "policy",
    explanation: "Policies of row-level security are missing or changed: companies see nothing, or too much.",
  },
  right: {
    name: "right of livedash_tenant on",
    explanation: "Companies' pages may not read what they show, or others may call what is theirs alone.",
  },
};

/** What a restore or a person has lost of what the migrations create, with the statements that put it back. Anything besides is not ours. */
export async function checkCatalogue({ db }: { db: Sql }): Promise<Finding[]> {
  const [found, here] = [await readStructure(db), await READ_SCHEMA.first(db, {})];
  const schema = here?.schema ?? "public";
  const has = new Map(found.map((one) => [`${one.kind} ${one.name}`, one]));
  return KINDS.flatMap((kind): Finding[] => {
    const lost = Object.entries(catalogue[kind]).flatMap(([name, sql]) => {
      const what = describe(kind, has.get(`${kind} ${name}`), inSchema(sql, schema), sql);
      return what ? [{ name, detail: `The ${WORDS[kind].name} ${name} ${what.state}. Run: ${what.remedy};` }] : [];
    });
    if (lost.length === 0) return [];
    const shown = lost.slice(0, EXAMPLES);
    return [
      {
        id: `schema-${kind.replace(" ", "-")}`,
        explanation: WORDS[kind].explanation,
        count: lost.length,
        examples: shown.map(({ name }) => name),
        details: shown.map(({ detail }) => detail),
        repaired: 0,
        advice: adviceIn(schema),
      },
    ];
  });
}

/** How what there is differs from what should be, and what corrects it; undefined if it does not. */
function describe(kind: Kind, found: Found | undefined, wanted: string, catalogued: string) {
  if (!found) return { state: WORDS[kind].absent ?? "is missing", remedy: wanted };
  if (found.sql === catalogued) return found.fault ? { state: found.fault, remedy: found.repair ?? wanted } : undefined;
  const remedy = found.removal ? `${found.removal}; ${wanted}` : wanted;
  return { state: "is not as the migrations create it", remedy };
}

/** `public` stands for the schema in the catalogue. */
function inSchema(sql: string, schema: string): string {
  return sql.replace("= pg_catalog, public, pg_temp", `= pg_catalog, ${escapeIdentifier(schema)}, pg_temp`);
}

function adviceIn(schema: string): string {
  const first = schema === "public" ? "" : `, after SET search_path = ${escapeIdentifier(schema)};`;
  return `If a restore has lost them, restore again as docs/operations/backup.md describes. Otherwise run these statements as the owner of the tables${first}, then \`livedash migrate\`.`;
}

const READ_SCHEMA = statement({ sql: `SELECT current_schema()::text AS "schema"`, row: { schema: known(text) } });
