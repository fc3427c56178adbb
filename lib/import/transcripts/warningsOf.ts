import type { WarningCode } from "../warnings.ts";
import { linesOf } from "./linesOf.ts";
import { readHeads, type SpokenHead } from "./parseTranscript.ts";
import { readHead, type TranscriptReader } from "./readHead.ts";
import { readJsonTranscript } from "./readJson.ts";

/** What somebody should know of a transcript, and more about it in a few words. */
export interface TranscriptWarning {
  code: WarningCode;
  what?: string;
}

/** What reading a transcript leaves in doubt. */
export function warningsOf(text: string, reader: TranscriptReader): TranscriptWarning[] {
  const damage: TranscriptWarning[] = text.includes("\uFFFD") ? [{ code: "transcript_damaged" }] : [];
  return [...damage, ...doubtsOf(text, reader)];
}

function doubtsOf(text: string, reader: TranscriptReader): TranscriptWarning[] {
  const json = readJsonTranscript(text, reader);
  if (json) {
    const { unread } = json;
    const what = `${unread} ${unread === 1 ? "message" : "messages"}`;
    return unread === 0 ? [] : [{ code: "transcript_text_unknown", what }];
  }
  const lines = linesOf(text, reader.roleOf);
  if (hasBothSides(lines, reader)) return [];
  const heads = readHeads(lines, reader);
  const hasSpeakers = heads.some((head) => head !== undefined) || lines.some((line) => isSure(line, reader));
  if (!hasSpeakers) return [{ code: "transcript_without_speakers" }];
  return isOneSided(lines, heads, reader) ? [{ code: "transcript_one_sided" }] : [];
}

const isSure = (line: string, { roleOf }: TranscriptReader) => readHead(line, roleOf)?.isWeak === false;

/** Heads alike, of the user and of somebody else, leave no doubt. Most transcripts have them in their first lines: the rest need not be read. */
function hasBothSides(lines: readonly string[], { roleOf }: TranscriptReader): boolean {
  const shapes = { User: new Set<string>(), other: new Set<string>() };
  for (const line of lines) {
    const head = readHead(line, roleOf);
    if (!head || head.isWeak || head.speaker === "System") continue;
    const [own, others] = head.speaker === "User" ? [shapes.User, shapes.other] : [shapes.other, shapes.User];
    const shape = `${head.shape} ${head.mark} ${head.isTimed}`;
    if (others.has(shape)) return true;
    own.add(shape);
  }
  return false;
}

/** As names are written: up to three words in capitals, with little ones between. */
const NAME = /^\p{Lu}[\p{L}\p{M}'’.-]*(?: (?:\p{Ll}{1,3} ){0,2}\p{Lu}[\p{L}\p{M}'’.-]*){0,2}$/u;

/** Whether all known speakers are of one side, and two lines or more have the head of somebody who is not known: the same one. */
function isOneSided(
  lines: readonly string[],
  heads: readonly (SpokenHead | undefined)[],
  reader: TranscriptReader,
): boolean {
  const roles = new Set(heads.flatMap((head) => (head && head.role !== "System" ? [head.role] : [])));
  if (roles.size !== 1) return false;
  const seen = new Set<string>();
  return lines.some((line, index) => {
    const name = heads[index] ? undefined : strangerOf(line, reader);
    const isSecond = name !== undefined && seen.has(name);
    if (name !== undefined) seen.add(name);
    return isSecond;
  });
}

/** The name in a line's head, if it is one, and nobody's whose role is known. */
function strangerOf(line: string, { roleOf }: TranscriptReader): string | undefined {
  let stranger: string | undefined;
  readHead(line, (name, isSure) => {
    if (roleOf(name, isSure) || !NAME.test(name)) return undefined;
    stranger ??= name;
    return { speaker: "Staff", isWeak: false };
  });
  return stranger;
}
