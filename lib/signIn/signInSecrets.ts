import type { Realm } from "../auth/actor.ts";
import { currentKey, type Keyed, previousKey, type SecretKey } from "../secret/secret.ts";

/** The keys of the sign-in library: what it encrypts bears the `version` of the key that it was encrypted with. */
export interface SignInSecrets {
  /** The current one first. */
  secrets: { version: number; value: string }[];
  /** Of what bears no version: that is from before there were any, and so as old as the previous secret, if there is one. */
  secret: string;
}

/** @throws LiveDashError `no_secret` */
export function signInSecrets(config: Keyed, realm: Realm): SignInSecrets {
  const current = currentKey(config);
  const previous = previousKey(config);
  const secretOf = (key: SecretKey) => key.derive(`sign-in/${realm}`).toString("base64");
  const secrets = [current, ...(previous ? [previous] : [])].map((key) => ({
    version: versionOf(key),
    value: secretOf(key),
  }));
  return { secrets, secret: secretOf(previous ?? current) };
}

/** The library's versions are whole numbers: a key's id as one. */
function versionOf({ id }: SecretKey): number {
  return Number.parseInt(id, 16);
}
