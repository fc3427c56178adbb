import { ensureConsoleBuilt } from "../../web/buildConsole.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Builds the web console, so that a start has nothing to build and writes nothing into the folder of the application. */
export async function build(): Promise<void> {
  let isNew = false;
  const onBuild = () => {
    isNew = true;
    say("Building the console (a minute at most) ...");
  };
  await ensureConsoleBuilt({ onBuild });
  say(isNew ? "The console has been built." : "The console of this version is there already.");
}
