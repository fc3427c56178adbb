"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import type { z } from "zod";
import type { ownExportShape } from "../../../lib/company/exports/ownExports.ts";
import { ConfirmAction } from "../../_kit/ConfirmAction.tsx";
import { callApi } from "../../_kit/callApi.ts";
import { LinkButton } from "../../_kit/LinkButton.tsx";
import { type Column, Table } from "../../_kit/Table.tsx";
import { StatusLabel } from "../../_ui/StatusLabel.tsx";
import { Time } from "../../_ui/Time.tsx";
import { inGroups } from "../../_words/numbers.ts";
import { JOB_STATE_WORDS } from "../../_words/statuses.ts";

type Export = z.output<typeof ownExportShape>;

const LOOK_EVERY_MS = 2_000;

const COLUMNS: readonly Column<Export>[] = [
  { name: "Requested", cell: ({ createdAt }) => <Time iso={createdAt} /> },
  { name: "Status", cell: (row) => <Status {...row} /> },
  { name: "Sessions", cell: sessionsOf, isNumber: true },
  { name: "File", cell: (row) => <Ways {...row} /> },
];

/** Exports in the background, and how far they are: it keeps looking until all have ended. */
export function ExportTable({ exports }: { exports: readonly Export[] }) {
  const router = useRouter();
  const isLasting = exports.some(({ finishedAt }) => finishedAt === null);
  useEffect(() => {
    if (!isLasting) return;
    const looking = setInterval(() => router.refresh(), LOOK_EVERY_MS);
    return () => clearInterval(looking);
  }, [isLasting, router]);
  return <Table caption="Exports" columns={COLUMNS} rows={exports} keyOf={({ id }) => id} />;
}

function sessionsOf({ done, total, state }: Export): string {
  return state === "done" || total === null ? inGroups(done) : `${inGroups(done)} of ${inGroups(total)}`;
}

function Status({ state, aborting, error }: Export) {
  const words = aborting ? { word: "Aborting", tone: "partial" as const } : JOB_STATE_WORDS[state];
  return (
    <>
      <StatusLabel {...words} />
      {error && <span className="block text-ink-soft">{error}</span>}
    </>
  );
}

function Ways({ id, hasFile, finishedAt, aborting }: Export) {
  const path = `/api/company/sessions/exports/${id}`;
  if (hasFile) {
    return (
      <LinkButton href={`${path}/file`} download>
        Download
      </LinkButton>
    );
  }
  if (finishedAt !== null || aborting) return null;
  return (
    <ConfirmAction
      label="Abort"
      tone="danger"
      question="Abort this export?"
      confirm="Abort export"
      act={() => callApi(`${path}/abort`)}
      done="The export is being aborted."
    >
      <p>Nothing of its file stays.</p>
    </ConfirmAction>
  );
}
