import { ToneIcon } from "../_ui/ToneIcon.tsx";

/** Says that nothing here came from a language model. */
export function EmulatorBanner() {
  return (
    <aside aria-label="Where the answers come from" className="border-b border-line bg-sunken">
      <p className="mx-auto flex max-w-[96rem] items-start gap-2.5 px-5 py-2.5 text-sm text-ink sm:px-8">
        <span className="mt-0.5">
          <ToneIcon tone="partial" />
        </span>
        <span>
          Answers come from the built-in emulator: written by hand for the samples, from word lists for all other
          sessions. Nothing is sent anywhere, and no language model has read a word.
        </span>
      </p>
    </aside>
  );
}
