export function Footer() {
  return (
    <footer className="mx-auto max-w-6xl px-5 pt-4 pb-12 text-sm text-ink-faint sm:px-8">
      Times are in your own time zone; hover over one for the exact time in UTC.
    </footer>
  );
}
