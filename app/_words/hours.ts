/** `09:00 – 09:59`, from an hour of the day. */
export function hourInWords(hour: string | number): string {
  const two = String(hour).padStart(2, "0");
  return `${two}:00 – ${two}:59`;
}
