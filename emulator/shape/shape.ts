import type { IncomingHttpHeaders } from "node:http";
import type { Call } from "../http/call.ts";
import type { Reply } from "../http/reply.ts";

/** What differs between providers of one API: where it is called, what it promises, and how it shows what it has. */
export interface Shape {
  /** What its paths begin with. Routes and faults know all of them by `/v1`. */
  prefix: string;
  /** The key that a call brings. */
  keyOf(headers: IncomingHttpHeaders): string | undefined;
  /** The endpoint, as `/v1/...`, that a batch or a line of it names. */
  endpointOf(path: string): string;
  /** Most lines of an input file, where the options do not say. */
  maxLines: number;
  /** How long a file may be asked to be kept, and how long it is kept otherwise (null: until it is deleted), in seconds. */
  lifetime: { least: number; most: number; usual: number | null };
  /** Whether an upload is looked through for a while, in which no batch can be made of it. */
  processesUploads: boolean;
  /** Whether a batch ends when its window is over. */
  expires: boolean;
  /** Whether a batch that is over names both files, with 0 bytes where no line went to one. */
  writesEmptyFiles: boolean;
  /** A reply as it goes over the wire. */
  show(call: Pick<Call, "method">, reply: Reply): Reply;
}

/** A bearer key in `Authorization`. */
export function bearerKey(headers: IncomingHttpHeaders): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(headers.authorization ?? "")?.[1];
}
