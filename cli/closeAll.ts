/** Closes what was opened, last first, all of it even if one fails; the first failure is thrown at the end. */
export async function closeAll(closers: (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closers.reverse()) await close().catch((error) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
