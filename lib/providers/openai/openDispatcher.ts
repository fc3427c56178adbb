import { Agent, type Dispatcher, EnvHttpProxyAgent, Pool } from "undici";

/** Through which proxies calls go; directly where there is none for the protocol, or the host is an exception. */
export interface Proxies {
  http?: string | undefined;
  https?: string | undefined;
  /** Hosts that are called directly, as in NO_PROXY: `localhost,.example.com,10.0.0.1:8080`. */
  except?: string | undefined;
}

/** How long a proxy may take to open a tunnel. */
const TUNNEL_TIMEOUT_MS = 10_000;

/**
 * Carries calls, through proxies where there are any: https through a tunnel, http by handing the call to the proxy.
 * Nothing is read from the environment.
 */
export function openDispatcher(
  timeouts: { headersTimeout: number; bodyTimeout: number },
  proxies: Proxies,
): Dispatcher {
  const { http = "", https = "", except = "" } = proxies;
  if (http === "" && https === "") return new Agent(timeouts);
  return new EnvHttpProxyAgent({
    ...timeouts,
    httpProxy: http,
    httpsProxy: https,
    noProxy: except,
    // Calls handed to a proxy go through a pool of its own, which would otherwise have undici's timeouts.
    factory: (origin, options) => new Pool(origin, { ...timeouts, ...options }),
    clientFactory: (origin, options) => new Pool(origin, { ...options, headersTimeout: TUNNEL_TIMEOUT_MS }),
  });
}
