/** Half of real batches end within seven minutes and nine of ten within an hour, as their users report; all are due in a day. */
const MEDIAN_MS = 7 * 60_000;
const SPREAD = Math.log(60 / 7) / 1.2816;
const WINDOW_MS = 86_400_000;

/** How long a batch takes at the provider: log-normal through these two points. */
export function drawTurnaround(random: () => number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.min(WINDOW_MS, MEDIAN_MS * Math.exp(SPREAD * normal));
}
