import { connect, type Socket } from "node:net";

export interface RawAnswer {
  /** Of the first answer that is no `100 Continue`; undefined if the connection was closed without one. */
  status: number | undefined;
  /** All that came until the connection was closed. */
  text: string;
}

/** Far more than a server takes to close what it should close. */
const LEFT_OPEN_MS = 120_000;

/**
 * Sends bytes as they are, and reads until the server closes the connection; `leftOpen` if it never did. A live stream,
 * which never ends, is left by us.
 */
export async function exchange(port: number, bytes: string | Buffer): Promise<RawAnswer & { leftOpen: boolean }> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  let leftOpen = false;
  const deadline = setTimeout(() => {
    leftOpen = true;
    socket.destroy();
  }, LEFT_OPEN_MS);
  try {
    return { ...(await readAnswer(socket)), leftOpen };
  } finally {
    clearTimeout(deadline);
  }
}

export async function readAnswer(socket: Socket): Promise<RawAnswer> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    if (chunks.length === 1 && chunk.includes("text/event-stream")) socket.destroy();
  });
  await closed(socket);
  const text = Buffer.concat(chunks).toString("latin1");
  const statuses = [...text.matchAll(/HTTP\/1\.\d (\d{3}) /g)].map(([, status]) => Number(status));
  return { status: statuses.find((status) => status !== 100), text };
}

/** Until it is closed, by whichever side and however rudely. */
export function closed(socket: Socket): Promise<void> {
  socket.resume();
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once("close", () => resolve());
  });
}
