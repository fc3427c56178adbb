import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { createProviderAccount } from "../../lib/admin/accounts/createProviderAccount.ts";
import { replaceProviderKey } from "../../lib/admin/accounts/replaceProviderKey.ts";
import { RefusedError } from "../../lib/api/errors.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { codeOf } from "../../lib/errors.ts";
import { withoutGaps } from "../given.ts";
import { ofAccount } from "../ofAccount.ts";
import { print } from "../printed.ts";
import { withProvider } from "../withRuntime.ts";

interface Adding {
  kind?: string;
  address?: string;
  endpoint?: string;
  organization?: string;
  project?: string;
  keyFile?: string;
  replace?: boolean;
  isKeyArgument: boolean;
}

/** With the provider: where the built-in emulator answers, no account is added. */
export async function add(id: string, given: Adding): Promise<void> {
  refuseBeforeReading(given);
  const { keyFile, replace, isKeyArgument: _, ...way } = given;
  await withProvider(async (ctx) => {
    const key = await readKey(keyFile);
    if (replace) {
      await ofAccount(id, () => callOperation(ctx, replaceProviderKey, { id, key }));
      return print(`The key of ${id} has been replaced. Processes use it from their next round on.\n`);
    }
    await callOperation(ctx, createProviderAccount, withoutGaps({ id, key, ...way }));
    print(
      `The account ${id} has been added. To see whether it takes its key, run \`livedash provider check ${id}\`. Then create a model of it, in the console or through the API, and choose it for companies.\n`,
    );
  });
}

/** What can be said before anyone has pasted a key. Arguments are seen by everyone on the machine. */
function refuseBeforeReading({ keyFile: _, replace, isKeyArgument, ...way }: Adding): void {
  if (isKeyArgument) {
    throw new RefusedError(
      "invalid_input",
      "A key must not be an argument: everyone on this machine can read those. Send it to standard input, or name a file with --key-file. Replace the key that you have just given.",
    );
  }
  const [given] = Object.keys(way);
  if (replace && given) {
    throw new RefusedError("invalid_input", `--replace changes the key alone. Leave out --${given}.`);
  }
  if (!replace && way.kind === undefined) {
    throw new RefusedError("invalid_input", "Say whose API it is, with --kind openai or --kind azure.");
  }
}

async function readKey(file: string | undefined): Promise<string> {
  if (file === undefined && process.stdin.isTTY) print("Paste the key, then press Enter and Ctrl-D:\n");
  const given = file === undefined ? await text(process.stdin) : await readKeyFile(file);
  const key = given.trim();
  if (key !== "") return key;
  throw new RefusedError(
    "invalid_input",
    "No key was given. Send it to standard input, or name a file with --key-file.",
  );
}

async function readKeyFile(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    // Its name is not repeated: it may be the key itself.
    const message = `Cannot read the file that --key-file names (${codeOf(cause) ?? "unknown"}). Check its path.`;
    throw new RefusedError("invalid_input", message, { cause });
  }
}
