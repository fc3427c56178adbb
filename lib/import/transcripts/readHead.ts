import { ZONE } from "../readCsvTime.ts";
import type { TimeReader } from "../timeZone.ts";
import { CLOCK, DATE, DATED_CLOCK } from "./headTime.ts";
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
  /** It may be something else that has a name in front: see Named. A time says that it is not. */
  isWeak: boolean;
  isTimed: boolean;
  /** The time as it is written; undefined where there is none, or one in another form. */
  time: string | undefined;
  /** What stands before it: a bullet, a number, a time without brackets, or nothing of these. */
  mark: string;
  /** Which of the forms it has: a colon behind the name, as most, or one of the others. */
  shape: "colon" | number;
  rest: string;
}

const TIME = `(?:(?:${DATE})(?:,?[\\s]?[Tt ]?[\\s]?${DATED_CLOCK}(?:${ZONE})?)?|${CLOCK})`;
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
  // A name, perhaps with a time before or behind it, and a colon that is not a clock's.
  `(?:${BEFORE})?${GAP}(?:${BOLD}|<|\\[)?(?<name>${NAME})(?:${BOLD}|>|\\])?${BLANK}(?:${BEHIND})?${BLANK}(?!(?<=\\d):\\d)[:：]${BOLD}?`,
  // A name in brackets.
  `(?:${BEFORE})?${GAP}(?:<(?<name>${NAME})>|\\[(?<square>${NAME})\\])(?=\\s|$)`,
  // A time, a name, and another separator, or nothing more on the line.
  `${BEFORE}${GAP}(?<name>${NAME})(?:\\s+[–—>-]\\s|${BLANK}[|;\\t]|${BLANK}$)`,
  // A name and a time, and nothing more on the line; or a heading.
  `(?<name>${NAME})${BLANK}${BEHIND}${BLANK}$`,
].map((shape) => new RegExp(`^(?:${MARK})?${shape}`, "u"));
const HEADING = new RegExp(`^#{1,6}\\s+(?<name>${NAME})\\s*$`, "u");

/** As documented, and as most are: read at once. */
const PLAIN = /^\[(\d{2}\.\d{2}\.\d{4} \d{2}:\d{2}:\d{2})\] (\w{1,30}):(.*)$/s;
/** No head is longer: what stands behind is not looked at. */
const LONGEST_HEAD = 200;
/** Nobody writes so many blanks within a head, and each makes the patterns try more. */
const LONG_GAP = /[\s\p{Cf}]{21,}/u;
const LEADING = /^[\s\p{Cf}]*/u;
/** Every head has one of these, or is a heading. */
const SIGN = /[:：>\]]/;

/** Reads the head of a line; undefined where it has none, or names nobody whose role is known. */
export function readHead(line: string, roleOf: RoleReader): Head | undefined {
  const plain = PLAIN.exec(line);
  const speaker = plain?.[2] && roleOf(plain[2], true)?.speaker;
  if (plain && speaker) {
    return { speaker, isWeak: false, isTimed: true, time: plain[1], mark: "", shape: "colon", rest: plain[3] ?? "" };
  }
  const text = line.slice(LEADING.exec(line)?.[0].length);
  const beginning = beginningOf(text);
  if (SIGN.test(beginning)) {
    for (const [index, shape] of HEADS.entries()) {
      const found = shape.exec(beginning);
      const head = found && headOf(found, text, index === 0 ? "colon" : index, roleOf);
      if (head) return head;
    }
  }
  const heading = text.length <= LONGEST_HEAD ? HEADING.exec(beginning)?.groups?.name : undefined;
  const named = heading && roleOf(heading);
  if (!named) return undefined;
  return { ...named, isTimed: false, time: undefined, mark: "#", shape: HEADS.length, rest: "" };
}

/** Where a head may be: before a long gap. A bracket, with which no head ends, says that more stands behind it. */
function beginningOf(text: string): string {
  const beginning = text.slice(0, LONGEST_HEAD);
  const gap = LONG_GAP.exec(beginning);
  if (!gap) return beginning;
  return beginning.slice(0, gap.index) + (text.slice(gap.index).trim() === "" ? "" : "[");
}

function headOf(found: RegExpExecArray, line: string, shape: Head["shape"], roleOf: RoleReader): Head | undefined {
  const { name, square, mark = "", boxed, other, round, bare, behind, after } = found.groups ?? {};
  const time = boxed ?? round ?? bare ?? behind ?? after;
  const isTimed = time !== undefined || other !== undefined;
  const named = roleOf(name ?? square ?? "", isTimed);
  if (!named) return undefined;
  return {
    speaker: named.speaker,
    isWeak: named.isWeak && !isTimed,
    isTimed,
    time,
    mark: kindOfMark(mark) + (bare ? "time" : ""),
    shape,
    rest: line.slice(found[0].length),
  };
}

/** Each number of a numbered list is the same mark. */
function kindOfMark(mark: string): string {
  return /\d/.test(mark) ? "1" : mark;
}
