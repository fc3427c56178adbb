import { z } from "zod";

/** One message of a chat, and whose it is. */
export interface Turn {
  role: "user" | "assistant" | "system";
  text: string;
}

const objectSchema = z.object({
  speaker: z.string().optional(),
  role: z.string().optional(),
  text: z.string().optional(),
  content: z.string().optional(),
});

const turnHead = /^\s*(?:\[[^\]]{0,40}\]\s*)?(user|assistant|system)\s*:\s*/i;
/** A mark around a transcript, alone on its line: `<session>`, `</session>`. */
const mark = /^\s*<\/?[a-z_-]{1,40}>\s*$/i;

/**
 * The messages of a chat: JSON objects with who speaks and the text, one a line, or lines such as `User: ...` and
 * `Assistant: ...`; without any, the whole text is the user's.
 */
export function readTurns(text: string): Turn[] {
  return readObjects(text) ?? readLines(text);
}

/** Null unless each line is such an object, or a mark. */
function readObjects(text: string): Turn[] | null {
  if (!/^\s*(<[^>\n]{0,40}>\s*)?\{/.test(text)) return null;
  const turns: Turn[] = [];
  for (const line of text.split("\n").filter((line) => line.trim() !== "" && !mark.test(line))) {
    const turn = readObject(line);
    if (turn === null) return null;
    turns.push(turn);
  }
  return turns;
}

function readObject(line: string): Turn | null {
  const read = objectSchema.safeParse(parse(line));
  if (!read.success) return null;
  const { speaker, role, text, content } = read.data;
  const said = text ?? content;
  const whose = (speaker ?? role ?? "").toLowerCase();
  if (said === undefined || whose === "") return null;
  return { role: whose === "assistant" || whose === "system" ? whose : "user", text: said };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function readLines(text: string): Turn[] {
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
