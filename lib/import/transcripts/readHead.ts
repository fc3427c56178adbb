import type { TimeReader } from "../timeZone.ts";
import { CLOCK, DATE, readHeadTime, ZONE } from "./headTime.ts";
import type { Role, RoleReader, Speaker } from "./roles.ts";

/** How a company writes its transcripts: its clock, and its words for who speaks. */
export interface TranscriptReader {
  readTime: TimeReader;
  roleOf: RoleReader;
}

/** A message as a transcript has it. */
export interface TranscriptLine {
  role: Role;
  /** ISO 8601 in UTC; null where the transcript gives no time, or one that does not exist. */
  timestamp: string | null;
  content: string;
}

/** The beginning of a message: who speaks and when, and the text that follows on its line. */
export interface Head {
  speaker: Speaker;
  isTimed: boolean;
  /** ISO 8601 in UTC; null where there is no time, or one that no calendar has. */
  timestamp: string | null;
  /** What stands before it: a bullet, a number, a time without brackets, or nothing of these. */
  mark: string;
  rest: string;
}

const TIME = `(?:(?:${DATE})(?:,?[\\s]?[T ]?[\\s]?${CLOCK}${ZONE})?|${CLOCK})`;
/** A time written as we cannot read it: it still says that a message begins. */
const OTHER_TIME = String.raw`(?=[^[\]]{0,60}(?:\d:\d\d|\d{9}))[^[\]]{1,60}`;
const BLANK = String.raw`[\s\p{Cf}]*`;
const MARK = String.raw`(?<mark>[>*•·-]|#{1,6}|\(?\d{1,4}[.)])\s+`;
const GAP = `${BLANK}(?:[|;,–—-]${BLANK})?`;
const NAME = String.raw`[^\s:：[\]()<>|;\t*_][^:：[\]<>|;\t]{0,80}?(?::in(?:nen)?)?`;
const BEFORE = `(?:\\[(?:(?<boxed>${TIME})|(?<other>${OTHER_TIME}))\\]|\\((?<round>${TIME})\\)|(?<bare>${TIME})(?=[\\s|;,–—-]))`;
const BEHIND = `(?:[[(]${BLANK}(?<behind>${TIME})${BLANK}[\\])]|,?[\\s]+(?<after>${TIME}))`;
const BOLD = String.raw`(?:\*\*|__|[*_])`;

/** Tried in this order, on the beginning of a line. */
const HEADS = [
  // A name, perhaps with a time before or behind it, and a colon.
  `(?:${BEFORE})?${GAP}(?:${BOLD}|<|\\[)?(?<name>${NAME})(?:${BOLD}|>|\\])?${BLANK}(?:${BEHIND})?${BLANK}[:：]${BOLD}?`,
  // A name in brackets.
  `(?:${BEFORE})?${GAP}(?:<(?<name>${NAME})>|\\[(?<square>${NAME})\\])(?=\\s|$)`,
  // A time, a name, and another separator, or nothing more on the line.
  `${BEFORE}${GAP}(?<name>${NAME})(?:\\s+[–—>-]\\s|${BLANK}[|;\\t]|${BLANK}$)`,
  // A name and a time, and nothing more on the line; or a heading.
  `(?<name>${NAME})${BLANK}${BEHIND}${BLANK}$`,
].map((shape) => new RegExp(`^${BLANK}(?:${MARK})?${shape}`, "u"));
const HEADING = new RegExp(`^#{1,6}\\s+(?<name>${NAME})\\s*$`, "u");

/** As documented, and as most are: read at once. */
const PLAIN = /^\[(\d{2}\.\d{2}\.\d{4} \d{2}:\d{2}:\d{2})\] (\w{1,30}):(.*)$/s;
/** No head is longer: what stands behind is not looked at. */
const LONGEST_HEAD = 200;
/** Every head has one of these, or is a heading. */
const SIGN = /[:：>\]]/;

/**
 * Reads the head of a line; undefined where it has none, or names nobody whose role is known.
 * @param notBefore when the message before it was written: of a time that comes twice it is the one after that
 */
export function readHead(line: string, { readTime, roleOf }: TranscriptReader, notBefore?: Date): Head | undefined {
  const plain = PLAIN.exec(line);
  const plainSpeaker = plain?.[2] && roleOf(plain[2], true);
  if (plain && plainSpeaker) {
    const timestamp = readTime(plain[1] ?? "", notBefore)?.toISOString() ?? null;
    return { speaker: plainSpeaker, isTimed: true, timestamp, mark: "", rest: plain[3] ?? "" };
  }
  const beginning = line.slice(0, LONGEST_HEAD);
  if (SIGN.test(beginning)) {
    for (const shape of HEADS) {
      const found = shape.exec(beginning);
      const head = found && headOf(found, line, { readTime, roleOf }, notBefore);
      if (head) return head;
    }
  }
  const heading = line.length <= LONGEST_HEAD ? HEADING.exec(line)?.groups?.name : undefined;
  const speaker = heading && roleOf(heading);
  return speaker ? { speaker, isTimed: false, timestamp: null, mark: "#", rest: "" } : undefined;
}

function headOf(found: RegExpExecArray, line: string, reader: TranscriptReader, notBefore?: Date): Head | undefined {
  const { name, square, mark = "", boxed, other, round, bare, behind, after } = found.groups ?? {};
  const time = boxed ?? round ?? bare ?? behind ?? after;
  const isTimed = time !== undefined || other !== undefined;
  const speaker = reader.roleOf(name ?? square ?? "", isTimed);
  if (!speaker) return undefined;
  const timestamp = time === undefined ? null : readHeadTime(time, reader.readTime, notBefore);
  return {
    speaker,
    isTimed,
    timestamp,
    mark: kindOfMark(mark) + (bare ? "time" : ""),
    rest: line.slice(found[0].length),
  };
}

/** Each number of a numbered list is the same mark. */
function kindOfMark(mark: string): string {
  return /\d/.test(mark) ? "1" : mark;
}
