/** A bug on purpose: a small change to the code that the named tests must catch. */
export interface Mutant {
  name: string;
  /** What goes wrong with it, in the words of the page that lists it. */
  harm: string;
  /** The file to change, from the root of the project. */
  file: string;
  /** Must occur exactly once in the file. */
  find: string;
  replace: string;
  /** The test files to run, the narrowest that should catch it. */
  caughtBy: string[];
}
