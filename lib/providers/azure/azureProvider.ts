import type { BatchProvider } from "../contract/provider.ts";
import { OPENAI_CAPABILITIES } from "../openai/capabilities.ts";
import { type Dialect, type OpenAIProviderOptions, providerOf } from "../openai/openaiProvider.ts";
import { untilProcessed } from "./untilProcessed.ts";

/**
 * Azure OpenAI serves the same API, for deployments in place of models. Facts:
 * https://learn.microsoft.com/azure/foundry/openai/how-to/batch
 */
const AZURE: Dialect = {
  name: "azure",
  // What it does not do in a day, it does later: nothing there expires but files.
  capabilities: { ...OPENAI_CAPABILITIES, mostLines: 100_000, batchesPerHour: null, expires: false },
  untilUsable: untilProcessed,
};

export interface AzureProviderOptions extends Omit<OpenAIProviderOptions, "baseURL"> {
  /** The resource's address, such as `https://name.openai.azure.com`, with or without the path of the API. */
  baseURL?: string | undefined;
}

export function azureProvider(options: AzureProviderOptions): BatchProvider {
  const { baseURL } = options;
  return providerOf(AZURE, { ...options, ...(baseURL === undefined ? {} : { baseURL: toApi(baseURL) }) });
}

/** A resource is known by its address alone; behind a gateway, the API may lie anywhere. */
function toApi(address: string): string {
  const url = new URL(address);
  if (/^\/(openai\/?)?$/.test(url.pathname)) url.pathname = "/openai/v1";
  return url.href.replace(/\/$/, "");
}
