import type { Tone } from "../_words/tones.ts";
import { ToneIcon } from "./ToneIcon.tsx";

/** Shape and word. `meaning` explains the word to who hovers. */
export function StatusLabel({ tone, word, meaning }: { tone: Tone; word: string; meaning?: string }) {
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap text-sm font-medium text-ink" title={meaning}>
      <ToneIcon tone={tone} />
      {word}
    </span>
  );
}
