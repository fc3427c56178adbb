/** Line breaks, control characters, and those that turn the direction of what follows. */
const DISTURBING = /[\s\p{Cc}\u202A-\u202E\u2066-\u2069]+/gu;

/** Somebody else's text as one line of at most so many characters, fit for a log, a terminal and PostgreSQL. */
export function oneLine(text: string, longest: number): string {
  const line = text
    .slice(0, longest * 4)
    .replace(DISTURBING, " ")
    .trim();
  if (line.length <= longest) return line.toWellFormed();
  return `${line.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, "")}…`.toWellFormed();
}
