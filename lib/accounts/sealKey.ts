import { seal, unseal } from "../secret/sealing.ts";
import type { Keyed } from "../secret/secret.ts";

/** @throws LiveDashError `no_secret` */
export function sealKey(config: Keyed, accountId: string, key: string): string {
  return seal(config, contextOf(accountId), key);
}

/** @throws LiveDashError `no_secret`, `seal_broken` */
export function openKey(config: Keyed, accountId: string, sealed: string): string {
  return unseal(config, contextOf(accountId), sealed);
}

const contextOf = (accountId: string): string => `account/${accountId}/apiKey`;
