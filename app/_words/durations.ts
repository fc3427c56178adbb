const UNITS = [
  { name: "day", ms: 86_400_000 },
  { name: "hour", ms: 3_600_000 },
  { name: "minute", ms: 60_000 },
  { name: "second", ms: 1_000 },
] as const;

/** A duration in milliseconds in words, by its two largest units: `2 hours 5 minutes`, `less than a second`. */
export function inWords(ms: number): string {
  const first = UNITS.findIndex((unit) => ms >= unit.ms);
  const large = UNITS[first];
  if (!large) return "less than a second";
  const count = Math.floor(ms / large.ms);
  const small = UNITS[first + 1];
  const rest = small ? Math.floor((ms % large.ms) / small.ms) : 0;
  return small && rest > 0 ? `${unitOf(count, large.name)} ${unitOf(rest, small.name)}` : unitOf(count, large.name);
}

/** From one duration to another in words, no more exact than it can be: `in 25 to 30 minutes`, `within 3 hours`. */
export function rangeInWords(fromMs: number, toMs: number): string {
  const unit = UNITS.find(({ ms }) => toMs >= 2 * ms) ?? { name: "second", ms: 1_000 };
  const count = (ms: number) => Math.max(1, Math.ceil(ms / unit.ms));
  const [from, to] = [count(fromMs), count(toMs)];
  if (fromMs <= 0 || from === to) return `within ${unitOf(to, unit.name)}`;
  return `in ${from} to ${unitOf(to, unit.name)}`;
}

function unitOf(count: number, name: string): string {
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}
