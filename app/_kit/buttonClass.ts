export type ButtonTone = "strong" | "plain" | "danger" | "quiet";

const TONES: Record<ButtonTone, string> = {
  strong: "bg-ink text-paper hover:bg-ink-soft",
  plain: "border border-line bg-surface text-ink hover:bg-sunken",
  danger: "bg-failed text-surface hover:opacity-90",
  quiet: "text-ink-soft underline-offset-4 hover:text-ink hover:underline",
};

/** How a button looks, for buttons and for links that stand beside them. */
export function buttonClass(tone: ButtonTone): string {
  return `inline-flex min-h-10 items-center justify-center gap-2 rounded-lg px-4 py-2 text-sm font-medium ${TONES[tone]}`;
}
