import { once } from "node:events";
import type { Server } from "node:http";
import { codeOf, LiveDashError, messageOf } from "../lib/errors.ts";

const VARIABLES = { host: "HOST", port: "PORT" };

/**
 * Listens, and answers with the port: a free one when 0 was asked for.
 * @param variables those that name the two
 * @throws LiveDashError `port_in_use`, `port_forbidden`, `host_unavailable`
 */
export async function listen(server: Server, host: string, port: number, variables = VARIABLES): Promise<number> {
  try {
    server.listen({ host, port });
    await once(server, "listening");
  } catch (error) {
    throw explain(error, host, port, variables);
  }
  const address = server.address();
  return typeof address === "object" && address ? address.port : port;
}

function explain(error: unknown, host: string, port: number, variables: typeof VARIABLES): LiveDashError {
  const cause = { cause: error };
  switch (codeOf(error)) {
    case "EADDRINUSE":
      return new LiveDashError(
        "port_in_use",
        `Port ${port} on ${host} is in use by another program. Stop that program, or set ${variables.port} to a free port.`,
        cause,
      );
    case "EACCES":
      return new LiveDashError(
        "port_forbidden",
        `This user cannot listen on port ${port}. Set ${variables.port} to 1024 or higher.`,
        cause,
      );
    default:
      return new LiveDashError(
        "host_unavailable",
        `LiveDash cannot listen on ${host} (${messageOf(error)}). Set ${variables.host} to an address of this machine.`,
        cause,
      );
  }
}
