import { type Random, randomInteger } from "../random.ts";

const mostLines = 512;
const mostCharacters = 1024 * 1024;

/** The same lines in another order: each leaves a window of at most 512 lines (or a million characters) at random. */
export async function* shuffle<T extends { text: string }>(lines: AsyncIterable<T>, random: Random): AsyncGenerator<T> {
  const held: T[] = [];
  let characters = 0;
  const draw = (): T | undefined => {
    const index = randomInteger(random, 0, held.length - 1);
    const drawn = held[index];
    const last = held.pop();
    if (index < held.length && last) held[index] = last;
    characters -= drawn?.text.length ?? 0;
    return drawn;
  };
  for await (const line of lines) {
    held.push(line);
    characters += line.text.length;
    while (held.length > mostLines || (characters > mostCharacters && held.length > 1)) {
      const drawn = draw();
      if (drawn) yield drawn;
    }
  }
  while (held.length > 0) {
    const drawn = draw();
    if (drawn) yield drawn;
  }
}
