import { isSealed, seal, unseal } from "../secret/sealing.ts";
import type { Keyed } from "../secret/secret.ts";
import { type Credentials, credentialsOf } from "./http/address.ts";

/** Where a company's CSV lies and how to get in, as the database holds it. */
export interface CsvAccess {
  url: string;
  username?: string | null;
  /** Sealed for the company; plain only until a process with a secret has started. */
  password?: string | null;
}

/** @throws LiveDashError `no_secret` */
export function sealCsvPassword(config: Keyed, companyId: string, password: string): string {
  return seal(config, contextOf(companyId), password);
}

/** @throws LiveDashError `no_secret`, `seal_broken` */
export function openCsvPassword(config: Keyed, companyId: string, sealed: string): string {
  return unseal(config, contextOf(companyId), sealed);
}

/**
 * The credentials for a company's CSV, opened.
 * @throws LiveDashError `no_secret`, `seal_broken`
 */
export function openCsvCredentials(config: Keyed, companyId: string, access: CsvAccess): Credentials | undefined {
  const { url, username, password } = access;
  const isOpen = !username || !password || !isSealed(password);
  return credentialsOf(url, username, isOpen ? password : openCsvPassword(config, companyId, password));
}

const contextOf = (companyId: string): string => `company/${companyId}/csvPassword`;
