import type { Config } from "../config.ts";
import { LiveDashError } from "../errors.ts";
import { isEndpoint, isProviderKind, openProvider } from "../providers/openProvider.ts";
import type { StoredAccount } from "./account.ts";
import type { OpenStored } from "./openAccounts.ts";
import { openKey } from "./sealKey.ts";

/**
 * Opens accounts as they are stored: with their own key and address, by the configured proxy. The configured headers are not sent:
 * they may hold the key of a gateway that is none of theirs.
 * @param hide is given each key
 */
export function openStored(config: Config, hide: (key: string) => void): OpenStored {
  return ({ id, kind, address, endpoint, organization, project, apiKey: sealed }: StoredAccount) => {
    if (kind === null || !isProviderKind(kind) || (endpoint !== null && !isEndpoint(endpoint))) {
      throw new LiveDashError("account_unknown", `This version of LiveDash knows no provider like that of "${id}".`);
    }
    if (sealed === null) throw new LiveDashError("account_without_key", `The account "${id}" has no key.`);
    const apiKey = openKey(config, id, sealed);
    hide(apiKey);
    return openProvider(kind, {
      name: id,
      apiKey,
      baseURL: address ?? undefined,
      ...(endpoint === null ? {} : { endpoint }),
      organization: organization ?? undefined,
      project: project ?? undefined,
      proxies: { http: config.HTTP_PROXY, https: config.HTTPS_PROXY, except: config.NO_PROXY },
    });
  };
}
