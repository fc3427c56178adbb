/** Stands where a page will be, as high as it will be: what comes pushes nothing away. */
export function Skeleton({ what, blocks }: { what: string; blocks: readonly string[] }) {
  return (
    <div aria-busy="true">
      <p role="status" className="text-sm font-medium text-ink-faint">
        {what} …
      </p>
      {blocks.map((height, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: blocks never change their order
        <div key={index} aria-hidden="true" className={`breathing mt-4 rounded-xl bg-sunken ${height}`} />
      ))}
    </div>
  );
}
