import { LiveDashError } from "../../errors.ts";

/** A server for one machine: loopback only, bulk loads welcome, and nothing that a client sent in its log. */
const SETTINGS: Record<string, string> = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "100",
  shared_buffers: "256MB",
  effective_cache_size: "1GB",
  work_mem: "16MB",
  maintenance_work_mem: "128MB",
  random_page_cost: "1.1",
  jit: "off",
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "2GB",
  checkpoint_timeout: "15min",
  checkpoint_completion_target: "0.9",
  timezone: "UTC",
  log_timezone: "UTC",
  // Statements carry transcripts, and so do the texts, details and contexts of errors: the log tells of the server's
  // own life (LOG, FATAL, PANIC), the client hears of its errors.
  log_destination: "stderr",
  logging_collector: "off",
  log_min_messages: "log",
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
  log_statement: "none",
  log_duration: "off",
  log_min_duration_statement: "-1",
  log_min_duration_sample: "-1",
  log_transaction_sample_rate: "0",
  log_parameter_max_length: "0",
  log_parameter_max_length_on_error: "0",
  log_checkpoints: "off",
  log_autovacuum_min_duration: "-1",
};

/** The command line of the server: our settings, then the caller's, which win. Errors: embedded_postgres_setting. */
export function settingArguments(extra: Record<string, string>): string[] {
  const entries = Object.entries({ ...SETTINGS, ...extra });
  return entries.flatMap(([name, value]) => {
    if (!/^[a-z_]+(\.[a-z_]+)?$/.test(name)) {
      throw new LiveDashError("embedded_postgres_setting", `"${name}" is not the name of a PostgreSQL setting.`);
    }
    return ["-c", `${name}=${value}`];
  });
}
