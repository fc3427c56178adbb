const names = new Intl.DisplayNames("en", { type: "language", fallback: "code" });

/** The English name of a language, from its ISO 639-1 code. */
export function languageName(code: string): string {
  try {
    return names.of(code) ?? code;
  } catch {
    // Not the shape of a language code at all: shown as it is.
    return code;
  }
}
