const WIDEST = 60;

/** Rows in columns, the last of which may be as long as it likes. What a terminal would obey is taken out. */
export function textTable(head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => onOneLine(String(cell ?? ""))));
  const widths = head.map((_, at) => Math.min(WIDEST, Math.max(...cells.map((row) => row[at]?.length ?? 0))));
  const lines = cells.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  "));
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

/** Facts with their names, one a line; those without a value are left out. */
export function textFacts(facts: Record<string, string | number | null | undefined>): string {
  const known = Object.entries(facts).filter(([, value]) => value !== null && value !== undefined && value !== "");
  const width = Math.max(0, ...known.map(([name]) => name.length));
  return known.map(([name, value]) => `${name.padEnd(width)}  ${onOneLine(String(value))}\n`).join("");
}

function onOneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ");
}

/** A moment as people read it, in UTC and to the second. */
export function inUtc(iso: string | null): string {
  return iso === null ? "" : `${iso.slice(0, 19).replace("T", " ")}Z`;
}

export function inEuros(eur: string): string {
  return `about EUR ${Number(eur).toFixed(4)}`;
}

export const inWords = (name: string) => name.replaceAll("_", " ");

export function print(text: string): void {
  process.stdout.write(text);
}

export function printJson(answer: unknown): void {
  process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
}
