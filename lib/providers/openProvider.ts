import { maskSecrets } from "../masking.ts";
import { credentialsIn } from "../providerSettings.ts";
import { azureProvider } from "./azure/azureProvider.ts";
import type { BatchProvider } from "./contract/provider.ts";
import { maskedProvider } from "./maskedProvider.ts";
import { BODIES, type Endpoint } from "./openai/encodeLine.ts";
import { type OpenAIProviderOptions, openaiProvider } from "./openai/openaiProvider.ts";

/** The providers that there are, by their kind: this is the one place that knows them. */
const ADAPTERS = { openai: openaiProvider, azure: azureProvider } as const satisfies Record<
  string,
  (options: ProviderOptions) => BatchProvider
>;

export type ProviderKind = keyof typeof ADAPTERS;
export type ProviderOptions = OpenAIProviderOptions;

export const PROVIDER_KINDS = Object.keys(ADAPTERS) as [ProviderKind];
export const ENDPOINTS = Object.keys(BODIES) as [Endpoint];

export const isProviderKind = (kind: string): kind is ProviderKind => Object.hasOwn(ADAPTERS, kind);
export const isEndpoint = (endpoint: string): endpoint is Endpoint => Object.hasOwn(BODIES, endpoint);

/** A provider that is fit to be used: nothing of what it was opened with shows in what it says. */
export function openProvider(kind: ProviderKind, options: ProviderOptions): BatchProvider {
  const { apiKey, headers = {}, proxies = {} } = options;
  const secrets = [apiKey, ...Object.values(headers), ...credentialsIn(proxies.http), ...credentialsIn(proxies.https)];
  return maskedProvider(ADAPTERS[kind](options), maskSecrets(secrets));
}
