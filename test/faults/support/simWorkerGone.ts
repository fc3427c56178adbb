/** The process of a simulated worker is gone: whatever its code still tries has no effect. */
export class WorkerGone extends Error {
  constructor() {
    super("The worker is gone.");
    this.name = "WorkerGone";
  }
}
