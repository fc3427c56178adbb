import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { BatchProvider } from "../../lib/providers/contract/provider.ts";
import { openProvider } from "../../lib/providers/openProvider.ts";

type Handle = (request: IncomingMessage, response: ServerResponse, url: URL) => void;

/** A server of its own for the test, until it has finished. Answers its address. */
export async function serve(handle: Handle): Promise<string> {
  const server = createServer((request, response) =>
    handle(request, response, new URL(request.url ?? "/", "http://localhost")),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The provider as it is used, with a server that answers every call with what the function says. */
export async function providerThat(answer: (url: URL, request: IncomingMessage) => unknown): Promise<BatchProvider> {
  const origin = await serve((request, response, url) => sendJson(response, answer(url, request)));
  return providerAt(origin);
}

export function providerAt(origin: string): BatchProvider {
  return openProvider("openai", { apiKey: "test-key", baseURL: `${origin}/v1`, maxRetries: 0 });
}

export function sendJson(response: ServerResponse, reply: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(reply));
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
