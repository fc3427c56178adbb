/** A secret that is seen now and never again. */
export function ShownOnce({ name, value, advice }: { name: string; value: string; advice: string }) {
  return (
    <div className="space-y-2">
      <p className="text-sm font-medium">{name}</p>
      <code className="block rounded-lg bg-sunken px-4 py-3 font-mono text-sm break-all" data-secret>
        {value}
      </code>
      <p className="text-sm text-ink-soft">{advice}</p>
    </div>
  );
}
