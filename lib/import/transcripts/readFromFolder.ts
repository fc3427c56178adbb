import { constants, type Stats } from "node:fs";
import { type FileHandle, open, realpath, stat } from "node:fs/promises";
import path from "node:path";
import { codeOf, LiveDashError } from "../../errors.ts";
import { decodeTranscript, type FoundTranscript } from "./decodeTranscript.ts";

/** Non-blocking, so that a pipe in the folder cannot hold the import up; links are looked at before they are followed. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const ABSENT = ["ENOENT", "ENAMETOOLONG"];

export type TranscriptFolder = (sessionId: string) => Promise<FoundTranscript>;

/**
 * Opens a folder of transcripts, `<session id>.txt`. The id must be a plain file name; files outside the folder, which
 * a link could point to, are refused.
 * @throws LiveDashError `transcripts_unreadable` if there is no such folder
 */
export async function openTranscriptFolder(folder: string, maxBytes: number): Promise<TranscriptFolder> {
  const root = await realpath(folder).catch((cause) => {
    throw unreadable(folder, codeOf(cause));
  });
  if (!(await stat(root)).isDirectory()) throw unreadable(folder, "it is not a folder");

  return async (sessionId) => {
    if (/[/\\]|\.\./.test(sessionId)) {
      return { code: "transcript_refused", reason: "The session id cannot be a file name, so no transcript was read." };
    }
    try {
      return await readWhole(await openInside(root, path.join(root, `${sessionId}.txt`)), maxBytes);
    } catch (error) {
      const code = codeOf(error) ?? "unknown error";
      if (ABSENT.includes(code)) return { text: null };
      if (code === "outside")
        return { code: "transcript_refused", reason: "The transcript is a link out of its folder." };
      return { code: "transcript_unavailable", reason: `The transcript's file cannot be read (${code}).` };
    }
  };
}

async function openInside(root: string, file: string): Promise<FileHandle> {
  try {
    return await open(file, FLAGS);
  } catch (error) {
    if (codeOf(error) !== "ELOOP") throw error;
  }
  const target = await realpath(file);
  if (!target.startsWith(root + path.sep)) throw new LiveDashError("outside", "The link leaves the folder.");
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
  return new LiveDashError("transcripts_unreadable", `The folder of transcripts ${folder} cannot be read (${why}).`);
}
