interface Page {
  nextCursor: string | null;
}

/** The pages of a list, each asked for with the cursor of the one before, until there is no next. */
export async function* pagesOf<P extends Page>(read: (at: { cursor?: string }) => Promise<P>): AsyncGenerator<P> {
  let page = await read({});
  yield page;
  while (page.nextCursor !== null) {
    page = await read({ cursor: page.nextCursor });
    yield page;
  }
}
