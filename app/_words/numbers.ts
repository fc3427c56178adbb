const grouped = new Intl.NumberFormat("en");
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 0 });
const finePercent = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

/** 15231 as `15,231`. */
export function inGroups(count: number): string {
  return grouped.format(count);
}

/** 15231 as `15K`: for the axis of a chart. */
export function inShort(count: number): string {
  return short.format(count);
}

/** `1 request`, `15,231 requests`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${inGroups(count)} ${count === 1 ? one : many}`;
}

/** The share as a percentage that says neither 0% of something nor 100% of less than all. */
export function share(part: number, whole: number): string {
  if (whole === 0 || part === 0) return "0%";
  const ratio = part / whole;
  if (ratio < 0.001) return "< 0.1%";
  if (ratio > 0.999 && ratio < 1) return "> 99.9%";
  return (ratio < 0.01 || ratio > 0.99 ? finePercent : percent).format(ratio);
}

/** How a count differs from the one before: `+12%`, `−8%`, `15 ×`, `as before`, `new` where there was none. */
export function change(now: number, before: number): string {
  if (now === before) return "as before";
  if (before === 0) return "new";
  if (now >= 10 * before) return `${inGroups(Math.round(now / before))} ×`;
  const ratio = Math.abs(now - before) / before;
  return `${now > before ? "+" : "−"}${ratio < 0.01 ? "< 1%" : percent.format(ratio)}`;
}
