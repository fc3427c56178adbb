import type { Head } from "./readHead.ts";
import { roleOfStaff, type Speaker } from "./roles.ts";

const DATE = /\d[./-]\d/;

type Found = readonly (Head | undefined)[];

/** The heads of messages among what looks like heads, a place for each line. */
export function tellHeads(found: Found): (Head | undefined)[] {
  return withoutDoubtful(alike(found));
}

/** What stands in a message, as a list or a roster, looks otherwise than its head. */
function alike(found: Found): (Head | undefined)[] {
  const first = found.find((head) => head !== undefined);
  const isTimed = first?.isTimed || firstOf(found)?.isTimed || isTimedTalk(found);
  const timed = isTimed ? found.map((head) => (head?.isTimed ? head : undefined)) : found;
  const like = firstOf(timed);
  return timed.map((head) =>
    head?.mark === like?.mark && (head?.shape === "colon" || head?.shape === like?.shape) ? head : undefined,
  );
}

/** What the others are measured by: how people write, rather than what a program says before they do. */
function firstOf(heads: Found): Head | undefined {
  return heads.find((head) => head && head.speaker !== "System") ?? heads.find((head) => head !== undefined);
}

/** Names without times may stand above a talk that has them: there somebody asks, and a bare clock, as in a roster, is answered. */
function isTimedTalk(found: Found): boolean {
  const timed = found.filter((head) => head?.isTimed && head.shape === "colon");
  const asking = timed.filter((head) => head?.speaker === "User" || head?.speaker === "Staff");
  const isAnswered = asking.length > 0 && asking.length < timed.length;
  return isAnswered || asking.some((head) => !head?.mark.endsWith("time") || DATE.test(head.time ?? ""));
}

/** A weak name counts where no surer one has its role, and for a program's notice, that it stands above the talk. */
function withoutDoubtful(heads: Found): (Head | undefined)[] {
  const all = heads.filter((head) => head !== undefined);
  const sure = all.filter(({ isWeak }) => !isWeak).map(({ speaker }) => speaker);
  const staff = roleOfStaff(sure);
  const taken = new Set<Speaker>(sure.map((speaker) => (speaker === "Staff" ? staff : speaker)));
  const isTalk = sure.length > 0 || new Set(all.map(({ speaker }) => speaker)).size > 1;
  const counts = (head: Head) =>
    !head.isWeak || (isTalk && !taken.has(head.speaker) && (head.speaker !== "System" || head === all[0]));
  return heads.map((head) => (head && counts(head) ? head : undefined));
}
