import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface OddServer {
  /** As for OPENAI_BASE_URL. */
  url: string;
  /** Every call so far: method, path and headers. */
  calls: { method: string; path: string; headers: Record<string, unknown> }[];
}

/** What stands where a provider should: a real HTTP server that answers as the test says. It ends with the test. */
export async function startOddServer(answer: RequestListener): Promise<OddServer> {
  const calls: OddServer["calls"] = [];
  const server = createServer((request, response) => {
    calls.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers });
    request.resume();
    answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, calls };
}

/** Answers every call with this. */
export function always(status: number, body: string, headers: Record<string, string> = {}): RequestListener {
  return (_request, response) => void response.writeHead(status, headers).end(body);
}

/** Takes calls and never answers. */
export const never: RequestListener = () => {};
