import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { expect } from "vitest";
import type { TestConsole } from "./support.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests look into parts whose shape they assert themselves
export type Part = any;

export type Events = AsyncGenerator<{ name: string; part: Part }>;

/** The events of a viewer, one after another, each with its name and what it says; not the beats of a quiet time. */
export async function* watchEvents(console_: TestConsole, path: string, headers: Record<string, string>): Events {
  const [response]: IncomingMessage[] = await once(
    get(console_.server.url + path, { headers, agent: false }),
    "response",
  );
  expect(response?.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
  let unread = "";
  for await (const chunk of response ?? []) {
    const events = `${unread}${chunk}`.split("\n\n");
    unread = events.pop() ?? "";
    for (const event of events) {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
      if (name && name !== "beat" && data) yield { name, part: JSON.parse(data) };
    }
  }
}

/** The names of the events up to the first of this name that is so. */
export async function namesUntil(events: Events, name: string, isSo: (part: Part) => boolean): Promise<string[]> {
  const names: string[] = [];
  for (let next = await events.next(); !next.done; next = await events.next()) {
    names.push(next.value.name);
    if (next.value.name === name && isSo(next.value.part)) return names;
  }
  return expect.fail(`The stream ended without ${name}`);
}
