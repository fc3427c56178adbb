import { GIVEN, OF_REALMS, OWNERS, READERS } from "./owners.ts";
import { readTexts, type Text } from "./readTexts.ts";

/** A name that is put together at run time, so that nobody can tell which table it is. */
const PUT_TOGETHER = Symbol("put together");

interface Write {
  table: string | typeof PUT_TOGETHER;
  line: number;
  /** What puts the name together. */
  parts: string[];
}

/** Blanks and comments. */
const GAP = String.raw`(?:\s|/\*[\s\S]*?\*/|--[^\n]*\n)`;
const HOLE = String.raw`\uE000\d+\uE001`;
/** A name with or without quotes, or what stands for one, in which the SQL of `format()` may have a gap. */
const PART = String.raw`(?:"[^"]*"|(?:\w|${HOLE})+|%[IsL]|%\d+\$[IsL])`;
const NAME = String.raw`(?:ONLY${GAP}+)?(${PART}(?:${GAP}*\.${GAP}*${PART})*)`;
const NAMES = `${NAME}(?:${GAP}*,${GAP}*${NAME})*`;
/** Of a name that is not in the text any more: the text ends before it. */
const END = "()$";

const WRITES: readonly RegExp[] = [
  String.raw`\bINSERT${GAP}+INTO${GAP}+(?:${NAME}|${END})`,
  String.raw`\bDELETE${GAP}+FROM${GAP}+(?:${NAME}|${END})`,
  String.raw`\bMERGE${GAP}+INTO${GAP}+(?:${NAME}|${END})`,
  String.raw`\bTRUNCATE${GAP}+(?:TABLE${GAP}+)?(?:${NAMES}|${END})`,
  String.raw`\bCOPY${GAP}+(?:${NAME}(?:${GAP}*\([^)]*\))?${GAP}+FROM\b|${END})`,
  // Not the UPDATE of a lock, of a conflict, of a foreign key, of a trigger or of a privilege.
  String.raw`(?<!\b(?:FOR|KEY|DO|ON|BEFORE|AFTER|OR)${GAP}+|,${GAP}*)\bUPDATE${GAP}+(?:${NAME}|${END})`,
].map((pattern) => new RegExp(pattern, "gi"));

const PRISMA_WRITES: ReadonlySet<string> = new Set(
  ["create", "update", "delete"]
    .flatMap((operation) => [operation, `${operation}Many`, `${operation}ManyAndReturn`])
    .concat("upsert"),
);

/**
 * Where a file writes to a table that another folder owns, or to one that cannot be told, a sentence each: in SQL, by COPY, through
 * Prisma, or by giving the table's name to somebody who writes.
 * @param file its path from the root of the project
 */
export function checkOwners(file: string, source: string): string[] {
  const faults: string[] = [];
  const refuse = (line: number, table: string, how: string) => {
    const owner = OWNERS[table];
    if (owner && !file.startsWith(owner)) faults.push(`${file}:${line} ${how} "${table}", which ${owner} owns.`);
  };
  const { texts, calls } = readTexts(file, source);
  for (const text of texts) {
    if (!READERS.has(text.givenTo ?? ""))
      refuse(text.lineAt(0), text.value.replaceAll('"', ""), "gives away the name of");
    for (const { table, line, parts } of findWrites(text)) {
      if (table !== PUT_TOGETHER) refuse(line, table, "writes to");
      else if (!parts.length || !parts.every((part) => isGiven(file, part))) {
        faults.push(
          `${file}:${line} writes to a table whose name is put together. Write it out, or see scripts/sql/owners.ts.`,
        );
      }
    }
  }
  const delegates = new Map(
    Object.keys(OWNERS).map((table) => [table.charAt(0).toLowerCase() + table.slice(1), table]),
  );
  for (const { member, method, line } of calls) {
    if (PRISMA_WRITES.has(method)) refuse(line, delegates.get(member) ?? "", "writes to");
  }
  return faults;
}

function* findWrites(text: Text): Generator<Write> {
  for (const pattern of WRITES) {
    for (const match of text.value.matchAll(pattern)) {
      const names = match.slice(1).filter((name) => name !== undefined);
      const line = text.lineAt(match.index);
      const isSql =
        /[A-Z]{4}/.test(match[0]) || /^\s+\S*\s*set\b/i.test(text.value.slice(match.index + match[0].length));
      for (const name of names) {
        const table = name.slice(name.lastIndexOf(".") + 1).trim();
        const parts = [...table.matchAll(/\uE000(\d+)\uE001/g)].map(([, index]) => text.holes[Number(index)] ?? "");
        const isOpen = parts.length > 0 || table === "" || table.startsWith("%");
        // Without quotes PostgreSQL reads it in lower case: no owned table is called so.
        if (isOpen && isSql) yield { table: PUT_TOGETHER, line, parts };
        else if (/^"/.test(table)) yield { table: table.slice(1, -1), line, parts };
      }
    }
  }
}

/** Whether what puts a name together is known not to be an owned table. */
function isGiven(file: string, part: string): boolean {
  if (GIVEN[file]?.includes(part)) return true;
  const [, name = ""] = /(?:^|\.)(\w+)$/.exec(part) ?? [];
  return OF_REALMS.has(name);
}
