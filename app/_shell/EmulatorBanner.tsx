import { ToneIcon } from "../_ui/StatusLabel.tsx";

/** Says that nothing here came from a language model. */
export function EmulatorBanner() {
  return (
    <aside aria-label="About the answers" className="border-b border-line bg-sunken">
      <p className="mx-auto flex max-w-[96rem] items-start gap-2.5 px-5 py-2.5 text-sm text-ink sm:px-8">
        <span className="mt-0.5">
          <ToneIcon tone="partial" />
        </span>
        <span>
          Answers come from the built-in emulator: hand-written for the samples, made up from word lists for other
          sessions. No language model is involved, and no data leaves this machine.
        </span>
      </p>
    </aside>
  );
}
