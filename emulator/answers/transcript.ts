/** What each side of a chat said, one turn an item. */
interface Transcript {
  user: string[];
  assistant: string[];
}

const turnHead = /^\s*(?:\[[^\]]{0,40}\]\s*)?(user|assistant|system)\s*:\s*/i;

/** Reads lines such as `User: ...` and `Assistant: ...`; without any, the whole text is the user's. */
export function readTranscript(text: string): Transcript {
  const transcript: Transcript = { user: [], assistant: [] };
  let current: string[] | null = null;
  let found = false;
  for (const line of text.split("\n")) {
    const head = turnHead.exec(line);
    if (head) {
      found = true;
      const role = head[1]?.toLowerCase();
      current = role === "user" ? transcript.user : role === "assistant" ? transcript.assistant : null;
      current?.push(line.slice(head[0].length));
    } else if (current && current.length > 0) {
      current[current.length - 1] += `\n${line}`;
    }
  }
  return found ? transcript : { user: [text], assistant: [] };
}
