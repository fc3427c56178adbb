const LOOPBACK_NAMES = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Whether an address that a server listens on is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Which Host headers a server answers to. On a loopback address: the names of this machine, and that of the public address, which
 * a proxy on this machine passes on. Any other name there means that a foreign site has had its own name resolved to this
 * machine, to read what is served here (DNS rebinding). On other addresses every name will do.
 */
export function hostsAnswered(host: string, publicUrl?: string): (hostHeader: string | undefined) => boolean {
  if (!isLoopback(host)) return () => true;
  const names = new Set(LOOPBACK_NAMES);
  if (publicUrl) names.add(new URL(publicUrl).hostname);
  return (hostHeader) => {
    const name = /^(\[[0-9a-f:]+\]|[^:[\]]+)(?::\d{1,5})?$/i.exec(hostHeader ?? "")?.[1];
    return name !== undefined && names.has(name.toLowerCase());
  };
}
