import { type Reply, send } from "../support/send.ts";
import { startTestConsole, type TestConsole } from "../web/support.ts";

/** Calls the API of a console. A body makes it a JSON call; `method` is POST then, else GET. */
export function call(console_: TestConsole, path: string, options: Parameters<typeof send>[1] = {}): Promise<Reply> {
  return send(console_.server.url + path, options);
}

export { type Reply, startTestConsole, type TestConsole };
