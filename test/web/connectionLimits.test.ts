import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { type ConnectionLimits, limitConnections, serverOptions } from "../../web/connectionLimits.ts";
import { listen } from "../../web/listen.ts";
import { closed, readAnswer } from "../support/rawSocket.ts";
import { silentLog } from "./support.ts";

/** Short, so that what they end ends soon: without them it would never end. */
const SHORT: ConnectionLimits = {
  headersMs: 200,
  bodyMs: 200,
  idleMs: 100,
  stalledMs: 200,
  lingerMs: 100,
  checkMs: 20,
  most: 1_000,
  mostOfOne: 100,
};
/** For what is kept: a loaded machine may be late with the headers, and is not to be cut off for it. */
const KEPT = { headersMs: 600_000, idleMs: 600_000 };
const BIG = Buffer.alloc(50_000_000);
const GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

type Answer = (req: IncomingMessage, res: ServerResponse) => void;

async function serve(limits: Partial<ConnectionLimits> = {}, answer: Answer = (_, res) => res.end("ok")) {
  const all = { ...SHORT, ...limits };
  const server = createServer(serverOptions(all), (req, res) => {
    if (isAdmitted(req, res)) answer(req, res);
  });
  const isAdmitted = limitConnections(server, {
    limits: all,
    log: silentLog(),
    networkOf: (socket) => (socket.localAddress === "127.0.0.2" ? undefined : socket.remoteAddress),
    clientOf: (req) => req.headers["x-client"]?.toString(),
    isUpload: (req) => req.headers["content-type"] === "text/csv",
  });
  const port = await listen(server, "0.0.0.0", 0);
  ends.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return { server, port };
}

function open(port: number, host = "127.0.0.1"): Socket {
  const socket = connect(port, host);
  socket.on("error", () => {});
  ends.push(() => socket.destroy());
  return socket;
}

/** Writes the same again and again, until the connection is closed. */
async function dribble(socket: Socket, text: string): Promise<void> {
  const isClosed = closed(socket).then(() => "closed");
  while ((await Promise.race([isClosed, delay(20)])) !== "closed") socket.write(text);
}

describe("a connection is closed", () => {
  it("that says nothing", async () => {
    const { port } = await serve();
    await closed(open(port));
  });

  it("whose headers come a byte at a time", async () => {
    const { port } = await serve();
    const socket = open(port);
    socket.write("GET / HTTP/1.1\r\nHost: localhost\r\nX: ");
    await dribble(socket, "x");
  });

  it("that rests after an answer, even if empty lines come meanwhile", async () => {
    const { port } = await serve();
    const idle = open(port);
    idle.write(GET);
    const restless = open(port);
    restless.write(GET);
    await Promise.all([closed(idle), dribble(restless, "\r\n")]);
  });

  it("whose body comes a byte at a time, read or not", async () => {
    const { port } = await serve({}, (req) => req.resume());
    const [read, unread] = [open(port), open((await serve({}, () => {})).port)];
    for (const socket of [read, unread]) {
      socket.write("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n");
    }
    await Promise.all([dribble(read, "x"), dribble(unread, "x")]);
  });

  it("whose body is answered without being read, once the answer has been sent", async () => {
    const { port } = await serve({ ...KEPT, bodyMs: 600_000 });
    const lengthy = open(port);
    lengthy.write("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n");
    expect((await readAnswer(lengthy)).status).toBe(200);
    const chunked = open(port);
    chunked.write("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
    await dribble(chunked, "1\r\nx\r\n");
  });

  it("whose client does not read what it has asked for, and goes on sending", async () => {
    const { server, port } = await serve({}, (_, res) => res.end(BIG));
    const [arrived] = await Promise.all([
      once(server, "connection").then(([socket]) => socket as Socket),
      Promise.resolve().then(() => {
        const socket = open(port);
        socket.pause();
        socket.write(GET);
        const timer = setInterval(() => socket.write("\r\n"), 20);
        ends.push(() => clearInterval(timer));
      }),
    ]);
    await closed(arrived);
  });
});

describe("a connection is kept", () => {
  it("for an upload, as long as it takes", async () => {
    const { port } = await serve(KEPT, (req, res) => req.resume().on("end", () => res.end("ok")));
    const socket = open(port);
    socket.write(
      "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n",
    );
    const answer = readAnswer(socket);
    for (let piece = 0; piece < 30; piece++) {
      await delay(20); // Longer than any other body may take, all in all.
      socket.write("1\r\nx\r\n");
    }
    socket.write("0\r\n\r\n");
    expect((await answer).status).toBe(200);
  });

  it("for an answer that comes bit by bit to somebody who reads it", async () => {
    const { port } = await serve(KEPT, async (_, res) => {
      for (let piece = 0; piece < 30; piece++) {
        await delay(20);
        res.write("beat ");
      }
      res.end();
    });
    const socket = open(port);
    socket.write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    expect((await readAnswer(socket)).text).toContain("0\r\n\r\n");
  });
});

describe("one address", () => {
  const isRefused = async (socket: Socket) => (await readAnswer(socket)).status === 429;

  it("has so many connections and no more, others have theirs, and one that is closed makes room", async () => {
    const { server, port } = await serve({ ...KEPT, mostOfOne: 2 });
    const first = open(port);
    await once(server, "connection");
    open(port);
    await once(server, "connection");
    expect(await isRefused(open(port))).toBe(true);
    const other = connect({ port, host: "127.0.0.1", localAddress: "127.0.0.3" });
    ends.push(() => other.destroy());
    other.write(GET);
    await once(other, "data");
    first.destroy();
    for (;;) {
      const next = open(port);
      next.write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      if (!(await isRefused(next))) break;
    }
  });

  it("behind a proxy has so many calls at once, and the proxy as many connections as it needs", async () => {
    const waiting: ServerResponse[] = [];
    const { port } = await serve({ ...KEPT, mostOfOne: 2 }, (_, res) => waiting.push(res));
    const callFor = (client: string) => {
      const socket = open(port, "127.0.0.2");
      socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Client: ${client}\r\n\r\n`);
      return readAnswer(socket);
    };
    const served = [callFor("a"), callFor("a"), callFor("b"), callFor("c")];
    await expect.poll(() => waiting.length).toBe(4);
    expect((await callFor("a")).status).toBe(429);
    for (const res of waiting) res.end("ok");
    expect((await Promise.all(served)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const again = callFor("a");
    await expect.poll(() => waiting.length).toBe(5);
    waiting[4]?.end();
    expect((await again).status).toBe(200);
  });

  it("all of them together have so many", async () => {
    const { server, port } = await serve({ ...KEPT, most: 1 });
    open(port);
    await once(server, "connection");
    expect((await readAnswer(open(port))).status).toBeUndefined();
  });
});
