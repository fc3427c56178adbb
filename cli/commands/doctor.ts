import { counted } from "../../app/_words/numbers.ts";
import { type Diagnosis, doctor as diagnose } from "../../lib/admin/doctor/doctor.ts";
import { RefusedError } from "../../lib/api/errors.ts";
import type { Weakness } from "../../lib/db/rights.ts";
import { sayFileSize } from "../../lib/throttle/fileSize.ts";
import { print, printJson } from "../printed.ts";
import { openPipelineRuntime } from "../runtime.ts";

/** Checks that nothing is lost, doubled or stranded. Exit code 1 if something is, and is still so at the end. */
export async function doctor(options: { fix?: boolean; json?: boolean; auditHead?: string }): Promise<void> {
  const auditHead = options.auditHead === undefined ? {} : { auditHead: headOf(options.auditHead) };
  const runtime = await openPipelineRuntime({ defaults: { LOG_LEVEL: "fatal" } });
  try {
    const diagnosis = await diagnose(runtime.ctx, { fix: options.fix ?? false, ...auditHead });
    const weaknesses = await runtime.readWeaknesses();
    if (options.json) printJson({ ...diagnosis, fileSize: diagnosis.fileSizes[0] ?? null, weaknesses });
    else print(describe(diagnosis) + describeWeaknesses(weaknesses));
    if (diagnosis.findings.some((finding) => finding.repaired < finding.count)) process.exitCode = 1;
  } finally {
    await runtime.close();
  }
}

/** Nothing is wrong, so the exit code is not about it. */
function describeWeaknesses(weaknesses: readonly Weakness[]): string {
  if (weaknesses.length === 0) return "";
  const lines = weaknesses.flatMap(({ id, explanation, advice }) => ["", id, `  ${explanation}`, `  ${advice}`]);
  return `\nThe database could guard more than it does:\n${lines.join("\n")}\n`;
}

function describe({ checked, findings, estimates, fileSizes }: Diagnosis): string {
  const lines = [
    findings.length === 0
      ? `All is well: ${checked} checks passed, our batches match the provider's, and nothing is stuck.`
      : `${counted(findings.length, "problem")} found:`,
  ];
  for (const { id, explanation, count, examples, details, repaired, advice } of findings) {
    lines.push("", `${id}: ${count}${repaired ? `, ${repaired} repaired` : ""}`, `  ${explanation}`);
    const more = count > examples.length;
    if (details) lines.push(...details.map((detail) => `  ${detail}`), ...(more ? ["  ..."] : []));
    else lines.push(`  ${examples.join(", ")}${more ? ", ..." : ""}`);
    if (repaired < count) lines.push(`  ${advice ?? "Run `livedash doctor --fix` to repair it."}`);
  }
  for (const { model, batches, meanError, tokensPerByte } of estimates) {
    const error = meanError === null ? "not known yet" : `${(meanError * 100).toFixed(1)}%`;
    const learned = `${tokensPerByte.toFixed(3)} tokens per byte, from ${counted(batches, "batch", "batches")}`;
    lines.push("", `Input token estimate for ${model}: mean error ${error} (${learned}).`);
  }
  for (const learned of fileSizes) lines.push("", sayFileSize(learned));
  return `${lines.join("\n")}\n`;
}

/** As `audit.sealed` says it in the log. */
function headOf(given: string): { sequence: number; hash: string } {
  const [, sequence, hash] = /^#?(\d{1,15}):([0-9a-f]{64})$/.exec(given) ?? [];
  if (sequence && hash) return { sequence: Number(sequence), hash };
  throw new RefusedError(
    "invalid_input",
    `--audit-head ${given} is not a head. Write SEQUENCE:HASH, with both from an "audit.sealed" line of the log.`,
  );
}
