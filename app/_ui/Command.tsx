/** A command to type, with room to scroll sideways rather than break in two. */
export function Command({ children }: { children: string }) {
  return (
    <pre className="overflow-x-auto rounded-lg bg-sunken px-4 py-3 font-mono text-sm text-ink">
      <code>{children}</code>
    </pre>
  );
}
