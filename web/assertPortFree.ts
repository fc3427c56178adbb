import { createServer } from "node:http";
import { listen } from "./listen.ts";

/**
 * Makes sure that the console can be served, before anything else is started for it.
 * @throws LiveDashError `port_in_use`, `port_forbidden`, `host_unavailable`
 */
export async function assertPortFree(host: string, port: number): Promise<void> {
  const server = createServer();
  await listen(server, host, port);
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
