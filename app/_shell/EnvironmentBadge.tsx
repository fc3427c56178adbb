/** Which kind of answers this console shows, on every page. */
export function EnvironmentBadge({ emulated }: { emulated: boolean }) {
  const tone = emulated ? "border-partial text-partial" : "border-done text-done";
  return (
    <span className={`rounded-full border px-3 py-1 text-sm font-medium ${tone}`}>
      <span className="sr-only">Environment: </span>
      {emulated ? "Emulator" : "Live data"}
    </span>
  );
}
