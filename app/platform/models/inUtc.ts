/** What a `datetime-local` field holds, in the viewer's zone, as the API wants it; nothing if it is empty. */
export function inUtc(local: string | undefined): { effectiveFrom?: string } {
  return local ? { effectiveFrom: new Date(local).toISOString() } : {};
}
