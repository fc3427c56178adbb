/** Statuses of a company that may have new batches. As SQL, to stand in a condition. */
export const SERVED = `('ACTIVE', 'TRIAL')`;
