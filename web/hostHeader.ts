const LOOPBACK_NAMES = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Whether an address that a server listens on is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Whether a Host header names this machine itself. Any other name on a loopback address means that a foreign site has
 * had its own name resolved to it, to read what is served here (DNS rebinding).
 */
export function namesThisMachine(hostHeader: string | undefined): boolean {
  const match = /^(\[[0-9a-f:]+\]|[^:[\]]+)(?::\d{1,5})?$/i.exec(hostHeader ?? "");
  return match?.[1] !== undefined && LOOPBACK_NAMES.has(match[1].toLowerCase());
}
