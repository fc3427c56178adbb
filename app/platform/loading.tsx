/** Of the height of a page's top, so that nothing jumps when the page has come. */
export default function Loading() {
  return (
    <div role="status" className="min-h-dvh">
      <span className="sr-only">Loading</span>
      <div aria-hidden="true" className="breathing h-9 w-64 max-w-full rounded-lg bg-sunken" />
      <div aria-hidden="true" className="breathing mt-8 h-64 rounded-xl bg-sunken" />
    </div>
  );
}
