/** What the queue of an installation can be named after, as PostgreSQL has it without quotes. */
const NAME = /^[a-z_][a-z0-9_]{0,42}$/;

/** The schema that an address names, as Prisma has it (`?schema=`); undefined where the database user's own applies. */
export function schemaIn(url: string): string | undefined {
  return /[?&]schema=([^&#]*)/.exec(url)?.[1];
}

/** Whether LiveDash can work in the schema that an address names, if it names one. */
export function namesGoodSchema(url: string): boolean {
  const schema = schemaIn(url);
  return schema === undefined || NAME.test(schema);
}

/**
 * The same address for the driver, which knows no `schema`: PostgreSQL is told at the start of each connection. Not of `public`, where
 * everybody works who is told nothing: poolers refuse whatever is said there.
 */
export function withSearchPath(url: string): string {
  const schema = schemaIn(url);
  if (schema === undefined || schema === "public") return url;
  const given = /[?&]options=([^&#]*)/.exec(url)?.[1];
  const own = encodeURIComponent(`-c search_path=${schema}`);
  // Of an option that stands there twice, the driver takes the last.
  return `${url}&options=${given ? `${given}%20${own}` : own}`;
}
