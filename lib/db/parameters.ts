/** The values of a query that is put together from parts; each gets its place ($1, $2 ...) as it comes. */
export class Parameters {
  readonly values: unknown[] = [];

  /** Takes a value, and answers what stands for it in the SQL. */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
