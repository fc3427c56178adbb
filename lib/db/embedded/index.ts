export { binariesOf } from "./binaries.ts";
export { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from "./start.ts";
export { startTemporaryPostgres, type TemporaryPostgres } from "./temporary.ts";
