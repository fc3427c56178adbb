// Plants bugs in copies of the project and shows that the tests catch each:
//   node scripts/faults/planted.ts [--only name]... [--list]
import { parseArgs } from "node:util";
import { messageOf } from "../../lib/errors.ts";
import { PLANTS } from "../../test/faults/planted/plants.ts";
import { plantBugs } from "./plantBugs.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);

try {
  const { values } = parseArgs({ options: { only: { type: "string", multiple: true }, list: { type: "boolean" } } });
  const { only, list } = values;
  const unknown = only?.find((name) => !PLANTS.some((plant) => plant.name === name));
  if (unknown !== undefined) {
    say(`There is no bug named ${unknown}; --list shows them.`);
    process.exitCode = 2;
  } else if (list) {
    for (const { name, harm } of PLANTS) say(`${name}: ${harm}`);
  } else {
    const planted = await plantBugs(
      PLANTS.filter((plant) => !only || only.includes(plant.name)),
      say,
    );
    const missed = planted.filter(({ caughtBy }) => caughtBy.length === 0);
    say(`${planted.length - missed.length} of ${planted.length} planted bugs were caught.`);
    if (missed.length > 0) process.exitCode = 1;
  }
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}
