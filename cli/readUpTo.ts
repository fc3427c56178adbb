const MOST_A_PAGE = 200;

interface Page<Row> {
  rows: Row[];
  nextCursor: string | null;
}

/** So many rows of a list (`Infinity`: all), page by page, and where the next one begins. */
export async function readUpTo<Row>(
  limit: number,
  read: (page: { limit: number; cursor?: string }) => Promise<Page<Row>>,
): Promise<Page<Row>> {
  const rows: Row[] = [];
  let nextCursor: string | null = null;
  do {
    const size = Math.min(MOST_A_PAGE, limit - rows.length);
    const page: Page<Row> = await read({ limit: size, ...(nextCursor ? { cursor: nextCursor } : {}) });
    rows.push(...page.rows);
    nextCursor = page.nextCursor;
  } while (nextCursor && rows.length < limit);
  return { rows, nextCursor };
}
