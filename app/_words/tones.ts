/** What a colour and a shape say about a thing, everywhere in the console. */
export type Tone = "waiting" | "running" | "done" | "partial" | "failed";

/** Written out, so that Tailwind finds the class names. */
export const TEXT_OF_TONE: Record<Tone, string> = {
  waiting: "text-waiting",
  running: "text-running",
  done: "text-done",
  partial: "text-partial",
  failed: "text-failed",
};
