import OpenAI from "openai";
import { fetch as undiciFetch } from "undici";
import { systemClock } from "../../clock.ts";
import { openDispatcher, type Proxies } from "./openDispatcher.ts";
import { readErrors } from "./readErrors.ts";

/** How long to wait for the provider, in milliseconds. */
export interface Timeouts {
  /** For the reply of one call. */
  call: number;
  /** For an upload with its reply. */
  upload: number;
  /** Between two parts of a download. */
  silence: number;
}

export interface ClientOptions {
  /** Left out for a server that wants none. */
  apiKey?: string | undefined;
  /** Such as `https://api.openai.com/v1`; the SDK's own default if left out. */
  baseURL?: string | undefined;
  organization?: string | undefined;
  project?: string | undefined;
  /** Sent along with every call, such as a gateway's own key. */
  headers?: Record<string, string> | undefined;
  proxies?: Proxies;
  /** Calls that may be repeated safely are repeated so often by the SDK itself; 2 if left out. */
  maxRetries?: number;
  /** Carries the calls in place of HTTP. */
  fetch?: typeof fetch;
  now?: () => Date;
}

/** The SDK's client, which takes nothing from the environment but what it is given here, and what ends its connections. */
export function openClient(options: ClientOptions, timeouts: Timeouts): { client: OpenAI; close: () => Promise<void> } {
  const { headers = {}, proxies = {} } = options;
  // The fetch built into Node keeps the whole sent body in memory, streams included; undici's does not.
  const dispatcher = openDispatcher({ bodyTimeout: timeouts.silence, headersTimeout: timeouts.upload }, proxies);
  const streamingFetch = (url: unknown, init: object = {}) =>
    undiciFetch(...([url, { ...init, dispatcher }] as Parameters<typeof undiciFetch>));
  const call = options.fetch ?? (streamingFetch as unknown as typeof fetch);
  const client = new OpenAI({
    apiKey: options.apiKey ?? "none",
    baseURL: options.baseURL ?? null,
    organization: options.organization ?? null,
    project: options.project ?? null,
    adminAPIKey: null,
    webhookSecret: null,
    defaultHeaders: headers,
    timeout: timeouts.call,
    fetch: readErrors(call, options.now ?? systemClock.now),
    maxRetries: options.maxRetries ?? 2,
    logLevel: "off",
  });
  return { client, close: () => dispatcher.destroy() };
}
