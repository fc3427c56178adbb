import { once } from "node:events";
import { createServer, request } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { onTestFinished } from "vitest";

export interface Proxy {
  /** Without credentials: `127.0.0.1:3128`. */
  host: string;
  /** Every call that came, as `CONNECT host:port` or `GET http://...`, with the credentials that it brought. */
  calls: { target: string; credentials: string | undefined }[];
}

/** A forward proxy as companies have them: tunnels by CONNECT, plain calls handed on. It ends with the test. */
export async function startProxy(options: { credentials?: string; connect?: "never" } = {}): Promise<Proxy> {
  const calls: Proxy["calls"] = [];
  const isLetIn = (target: string, header: string | undefined) => {
    const credentials = header && Buffer.from(header.replace(/^Basic /, ""), "base64").toString();
    calls.push({ target, credentials });
    return options.credentials === undefined || credentials === options.credentials;
  };
  const server = createServer((incoming, reply) => {
    const { method, url = "", headers } = incoming;
    if (!isLetIn(`${method} ${url}`, headers["proxy-authorization"])) {
      reply.writeHead(407, { "proxy-authenticate": "Basic" }).end("<html><title>Who are you?</title></html>");
      return;
    }
    const outgoing = request(url, { method, headers }, (answer) => {
      reply.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(reply);
    });
    outgoing.on("error", () => reply.destroy());
    incoming.pipe(outgoing);
  });
  server.on("connect", (incoming, socket) => {
    socket.on("error", () => {});
    const isIn = isLetIn(`CONNECT ${incoming.url}`, incoming.headers["proxy-authorization"]);
    if (options.connect === "never") return;
    if (!isIn) return void socket.end("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n");
    const [host, port] = (incoming.url ?? "").split(":");
    const tunnel = connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      tunnel.pipe(socket).pipe(tunnel);
    });
    tunnel.on("error", () => socket.destroy());
    onTestFinished(() => void tunnel.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
}
