"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useId, useState } from "react";
import { announce } from "../../_kit/Announcer.tsx";
import { Button } from "../../_kit/Button.tsx";
import { Card } from "../../_kit/Card.tsx";
import { FIELD_CLASS, LABEL_CLASS } from "../../_kit/fieldClass.ts";
import { Refusal } from "../../_kit/Refusal.tsx";
import { type Option, Select } from "../../_kit/Select.tsx";
import { useAction } from "../../_kit/useAction.ts";
import { counted } from "../../_words/numbers.ts";
import { DryRun } from "./DryRun.tsx";
import { type Accepted, type Report, sendCsv } from "./sendCsv.ts";

const PATH = "/api/admin/legacy/imports";

/** A CSV from the person's own disk: how far it has been sent; its import is followed on the page of its job. */
export function UploadCsv({ companies }: { companies: readonly Option[] }) {
  const router = useRouter();
  const fileId = useId();
  const [sent, setSent] = useState<number>();
  const { isPending, refusal, run } = useAction();
  const [dryRun, setDryRun] = useState<{ name: string; report: Report }>();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const { submitter } = event.nativeEvent as SubmitEvent;
    const isDryRun = submitter instanceof HTMLButtonElement && submitter.value === "dry-run";
    setDryRun(undefined);
    const data = new FormData(form);
    const file = data.get("file");
    if (!(file instanceof File)) return;
    const given = { companyId: String(data.get("companyId")), file };
    if (isDryRun) {
      const report = await run(() => sendCsv<Report>(`${PATH}/dry-run`, given, setSent));
      setSent(undefined);
      if (!report) return;
      setDryRun({ name: file.name, report });
      announce(`Dry run: ${describe(report)}`);
      return;
    }
    const accepted = await run(() => sendCsv<Accepted>(PATH, given, setSent));
    setSent(undefined);
    if (!accepted) return;
    form.reset();
    announce("The file has been uploaded. Its import is queued.");
    router.push(`/platform/jobs/${accepted.job.id}`);
  };
  return (
    <Card>
      <form onSubmit={submit} className="grid items-end gap-4 sm:grid-cols-2 wide:grid-cols-[1fr_1fr_auto]">
        <Select name="companyId" label="Company of the sessions" options={companies} />
        <div>
          <label htmlFor={fileId} className={LABEL_CLASS}>
            CSV file (16 columns, no header)
          </label>
          <input id={fileId} name="file" type="file" accept=".csv,text/csv" required className={FIELD_CLASS} />
        </div>
        <div className="flex flex-wrap gap-3">
          <Button type="submit" tone="strong" isPending={isPending} isDisabled={companies.length === 0}>
            Upload and import
          </Button>
          <Button type="submit" value="dry-run" isPending={isPending} isDisabled={companies.length === 0}>
            Dry run
          </Button>
        </div>
        <div className="sm:col-span-2 wide:col-span-3">
          <Refusal message={refusal} />
          {dryRun && <DryRun {...dryRun} />}
          {isPending && (
            <div role="status" className="text-sm text-ink-soft tabular-nums">
              {sent === undefined || sent >= 1 ? "Uploaded." : `${Math.round(100 * sent)}% sent`}
              <progress aria-label="Sent" value={sent ?? 0} max={1} className="mt-1 block w-full accent-accent" />
            </div>
          )}
        </div>
      </form>
    </Card>
  );
}

function describe({ imported, updated, bad }: Report): string {
  return `${counted(imported, "new session")}, ${counted(updated, "changed session")}, ${counted(bad, "bad row")}.`;
}
