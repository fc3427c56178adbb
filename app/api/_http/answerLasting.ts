import { guardedStream } from "../../../lib/api/guardedStream.ts";
import { beginLasting, type LastingCall, type LastingKind } from "../../../lib/api/lastingCalls.ts";
import { type CallContext, callOperation, type Download, type Operation } from "../../../lib/api/operation.ts";
import { answerDownload, answerJson } from "./answer.ts";

interface Given {
  kind: LastingKind;
  input: Record<string, unknown>;
  body?: ReadableStream<Uint8Array> | undefined;
  /** Asked for the headers alone. */
  isHead: boolean;
}

/** Answers what lasts, an upload or a stream: while its caller has room for it, and may still make the call. */
export async function answerLasting(ctx: CallContext, operation: Operation, given: Given): Promise<Response> {
  const call = beginLasting(ctx, given.kind, operation.permission);
  let lasts = false;
  try {
    if (operation.output) return answerJson(await upload(ctx, operation, given, call), ctx.requestId, operation.status);
    const download = (await callOperation(ctx, operation, given.input)) as Download;
    const { signal, end } = call;
    // A stream's reader comes again and is refused then; a file must not look whole.
    const whenAborted = given.kind === "stream" ? "close" : "fail";
    const content = guardedStream(download.content, { signal, whenAborted, onEnd: end });
    if (given.isHead) await content.cancel();
    lasts = !given.isHead;
    return answerDownload({ ...download, content }, ctx.requestId, lasts);
  } finally {
    if (!lasts) call.end();
  }
}

/** What is read and written meanwhile ends at its next safe point when the call may last no longer. */
function upload(
  ctx: CallContext,
  operation: Operation,
  { input, body }: Given,
  { signal }: LastingCall,
): Promise<unknown> {
  const stopping = AbortSignal.any([ctx.stopping, signal]);
  return callOperation(
    { ...ctx, stopping },
    operation,
    input,
    body && guardedStream(body, { signal, whenAborted: "fail" }),
  );
}
