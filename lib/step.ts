/**
 * Every point at which the pipeline waits for the database or the provider, named so that a test can break it off just
 * there: before the action, after it, or as if its reply had been lost. In the order of a batch's life.
 */
export const STEPS = [
  "copies.list_batches",
  "copies.list_files",
  "copies.confirm",
  "claim.choose",
  "claim.render",
  "claim",
  "lease.acquire",
  "lease.renew",
  "lease.hand_back",
  "submit.begin",
  "submit.upload",
  "submit.record_file",
  "submit.create",
  "submit.record_batch",
  "recover.list",
  "recover.list_files",
  "recover.cancel_duplicate",
  "recover.delete_file",
  "recover.settle",
  "recover.forget_file",
  "recover.rewrite",
  "poll.list",
  "poll.retrieve",
  "poll.record",
  "giveup.mark",
  "giveup.cancel",
  "giveup.record_cancel",
  "collect.begin",
  "collect.price",
  "collect.open_file",
  "collect.apply",
  "collect.release",
  "failed.record",
  "failed.lines",
  "failed.learn",
  "failed.forget_batch",
  "failed.delete_file",
  "failed.forget_file",
  "end",
  "end.delete_files",
  "end.record_deletion",
  "postpone",
  "hold",
  "stuck.notice",
  "stop.record",
  "stop.clear",
  "reap.list_batches",
  "reap.cancel",
  "reap.list_files",
  "reap.delete_file",
  "reap.record",
  // What an operator decides of a copy: a command that breaks off is run again.
  "decide.stand_still",
  "adopt.list_batches",
  "adopt.list_files",
  "adopt.announce",
  "adopt.delete_file",
  "adopt.open_file",
  "adopt.take",
  "adopt.finish",
  "detach.seize",
  "detach.finish",
] as const;

export type Step = (typeof STEPS)[number];

/** Stands around an action; given by tests alone. It decides whether and when the action runs. */
export type StepHook = <T>(step: Step, action: () => Promise<T>) => Promise<T>;

/** Runs one step of the pipeline. */
export function step<T>(ctx: { steps?: StepHook }, name: Step, action: () => Promise<T>): Promise<T> {
  return ctx.steps ? ctx.steps(name, action) : action();
}
