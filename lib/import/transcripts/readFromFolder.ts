import { constants, type Stats } from "node:fs";
import { type FileHandle, open, opendir, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { codeOf, LiveDashError } from "../../errors.ts";
import { decodeTranscript, type FoundTranscript } from "./decodeTranscript.ts";

/** Non-blocking, so that a pipe in the folder cannot hold the import up; links are looked at before they are followed. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** A folder of transcripts, and which of its files were asked for. */
export interface TranscriptFolder {
  /** What a session's file holds; undefined if there is none. */
  find(sessionId: string): Promise<FoundTranscript | undefined>;
  /** The names of the files that nobody has asked for. */
  unmatched(): string[];
}

/**
 * Opens a folder of transcripts, `<session id>.txt`. Its names are read once: what is not among them, such as a path out of
 * the folder, is not opened. Files outside, which a link could point to, are refused.
 * @throws LiveDashError `transcripts_unreadable` if there is no such folder
 */
export async function openTranscriptFolder(folder: string, maxBytes: number): Promise<TranscriptFolder> {
  const root = await assertFolder(folder);
  const names = await readNames(root);
  const asked = new Set<string>();
  return {
    unmatched: () => [...names].flatMap(([key, name]) => (asked.has(key) ? [] : [name])).sort(),
    find: async (sessionId) => {
      const key = keyOf(`${sessionId}.txt`);
      const name = names.get(key);
      if (name === undefined) return undefined;
      asked.add(key);
      return read(root, name, maxBytes);
    },
  };
}

/**
 * The real path of a folder.
 * @throws LiveDashError `transcripts_unreadable` if there is no such folder
 */
export async function assertFolder(folder: string): Promise<string> {
  const root = await realpath(folder).catch((cause) => {
    throw unreadable(folder, codeOf(cause));
  });
  if (!(await stat(root)).isDirectory()) throw unreadable(folder, "it is not a folder");
  return root;
}

/** Names as people see them: a Mac stores `ü` as two characters, and endings may be in capitals. */
const keyOf = (name: string): string => name.normalize("NFC").replace(/\.txt$/i, ".txt");

/** Right answers may be kept beside the transcripts that they are for; the samples do. */
const ANSWERS = "answers.jsonl";

/** What is in the folder, apart from hidden files and answers. */
async function readNames(root: string): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for await (const { name } of await opendir(root)) {
    if (name.startsWith(".") || name === ANSWERS) continue;
    const key = keyOf(name);
    if (name.endsWith(".txt") || !names.has(key)) names.set(key, name);
  }
  return names;
}

async function read(root: string, name: string, maxBytes: number): Promise<FoundTranscript | undefined> {
  try {
    return await readWhole(await openInside(root, path.join(root, name)), maxBytes);
  } catch (error) {
    const code = codeOf(error) ?? "unknown error";
    if (code === "ENOENT") return undefined;
    if (code === "outside")
      return { code: "transcript_refused", reason: "The transcript is a link that points outside its folder." };
    return { code: "transcript_unavailable", reason: `The transcript file cannot be read (${code}).` };
  }
}

async function openInside(root: string, file: string): Promise<FileHandle> {
  try {
    return await open(file, FLAGS);
  } catch (error) {
    if (codeOf(error) !== "ELOOP") throw error;
  }
  const target = await realpath(file);
  if (!target.startsWith(root + path.sep)) throw new LiveDashError("outside", "The link points outside the folder.");
  return open(target, FLAGS);
}

async function readWhole(file: FileHandle, maxBytes: number): Promise<FoundTranscript> {
  try {
    const stats: Stats = await file.stat();
    if (!stats.isFile()) return { code: "transcript_refused", reason: "The transcript is not a file." };
    const tooLarge = `The transcript is larger than ${maxBytes} bytes.`;
    if (stats.size > maxBytes) return { code: "transcript_too_large", reason: tooLarge };
    return decodeTranscript(await file.readFile());
  } finally {
    await file.close();
  }
}

function unreadable(folder: string, why: string | undefined): LiveDashError {
  return new LiveDashError("transcripts_unreadable", `The transcripts folder ${folder} cannot be read (${why}).`);
}
