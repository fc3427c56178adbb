import { KeepButtons } from "./KeepButtons.tsx";

/** A secret that is seen now and never again. */
export function ShownOnce({ name, value, advice }: { name: string; value: string; advice: string }) {
  return (
    <div className="space-y-3">
      <p className="text-sm font-medium">{name}</p>
      <code className="id block rounded-lg bg-sunken px-4 py-3 text-sm" data-secret>
        {value}
      </code>
      <KeepButtons name={name} text={value} />
      <p className="text-sm text-ink-soft">{advice}</p>
    </div>
  );
}
