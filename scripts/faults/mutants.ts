// Runs mutants in copies of the project and shows that the tests catch each:
//   node scripts/faults/mutants.ts [--only name]... [--list]
import { parseArgs } from "node:util";
import { messageOf } from "../../lib/errors.ts";
import { MUTANTS } from "../../test/faults/mutants/index.ts";
import { runMutants } from "./runMutants.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);

try {
  const { values } = parseArgs({ options: { only: { type: "string", multiple: true }, list: { type: "boolean" } } });
  const { only, list } = values;
  const unknown = only?.find((name) => !MUTANTS.some((mutant) => mutant.name === name));
  if (unknown !== undefined) {
    say(`There is no bug named ${unknown}; --list shows them.`);
    process.exitCode = 2;
  } else if (list) {
    for (const { name, harm } of MUTANTS) say(`${name}: ${harm}`);
  } else {
    const mutants = await runMutants(
      MUTANTS.filter((mutant) => !only || only.includes(mutant.name)),
      say,
    );
    const missed = mutants.filter(({ caughtBy }) => caughtBy.length === 0);
    say(`${mutants.length - missed.length} of ${mutants.length} mutants were caught.`);
    if (missed.length > 0) process.exitCode = 1;
  }
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
