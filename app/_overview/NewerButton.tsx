import { counted } from "../_words/numbers.ts";

/** Offers what has come since; nothing when there is none. */
export function NewerButton({ newer, isAll, onShow }: { newer: number; isAll: boolean; onShow: () => void }) {
  if (newer === 0) return null;
  return (
    <button
      type="button"
      onClick={onShow}
      className="rounded-full border border-accent px-4 py-1.5 text-sm font-medium text-accent hover:bg-sunken"
    >
      Show {isAll ? "the newest" : counted(newer, "newer session")}
    </button>
  );
}
