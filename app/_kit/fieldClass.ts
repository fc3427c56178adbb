/** How an input looks, everywhere. */
export const FIELD_CLASS =
  "h-10.5 w-full rounded-lg border border-ink-faint bg-surface px-3 py-2 text-ink placeholder:text-ink-faint";

export const LABEL_CLASS = "mb-1.5 block text-sm font-medium text-ink";
