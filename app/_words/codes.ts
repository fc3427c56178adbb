/** `answer_refused` as `Answer refused`. */
export function codeInWords(code: string): string {
  const words = code.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
