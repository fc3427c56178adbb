/** The name with its mark: ribbons of requests, each as long as it has come. */
export function Wordmark() {
  return (
    <span className="inline-flex items-center gap-2.5 text-lg font-semibold tracking-tight">
      <svg aria-hidden="true" viewBox="0 0 24 20" className="h-5 w-6 text-accent">
        <path d="M0 3h24" stroke="currentColor" strokeWidth="6" />
        <path d="M0 11h15" stroke="currentColor" strokeWidth="4" opacity=".75" />
        <path d="M0 17.5h8" stroke="currentColor" strokeWidth="3" opacity=".5" />
      </svg>
      LiveDash
    </span>
  );
}
