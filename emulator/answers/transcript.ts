/** One message of a chat, and whose it is. */
export interface Turn {
  role: "user" | "assistant" | "system";
  text: string;
}

const turnHead = /^\s*(?:\[[^\]]{0,40}\]\s*)?(user|assistant|system)\s*:\s*/i;
/** A mark around a transcript, alone on its line: `<session>`, `</session>`. */
const mark = /^\s*<\/?[a-z_-]{1,40}>\s*$/i;

/** The messages in lines such as `User: ...` and `Assistant: ...`; without any, the whole text is the user's. */
export function readTurns(text: string): Turn[] {
  const turns: Turn[] = [];
  for (const line of text.split("\n")) {
    const head = turnHead.exec(line);
    const role = head?.[1]?.toLowerCase();
    const last = turns.at(-1);
    if (head && (role === "user" || role === "assistant" || role === "system")) {
      turns.push({ role, text: line.slice(head[0].length) });
    } else if (last && !mark.test(line)) last.text += `\n${line}`;
  }
  return turns.length > 0 ? turns : [{ role: "user", text }];
}
