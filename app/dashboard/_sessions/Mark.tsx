/** A thing that is so of a session, and not of most. */
export function Mark({ children }: { children: string }) {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap rounded-md bg-sunken px-2 py-0.5 text-sm font-medium">
      <svg
        aria-hidden="true"
        viewBox="0 0 12 12"
        className="size-3 text-partial"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.75"
      >
        <path d="M2 10 10 2M4 2h6v6" />
      </svg>
      {children}
    </span>
  );
}
