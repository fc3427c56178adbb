import { z } from "zod";
import { notFound } from "../../api/errors.ts";
import type { Sql } from "../../db/pool.ts";
import { jobShape, readShownJob } from "./jobShape.ts";

/** What is answered, with status 202, by what becomes a job. */
export const acceptedJob = z.object({
  job: jobShape,
  address: z.string().meta({ description: "Where to ask how far it is." }),
});

export async function acceptJob(sql: Sql, id: string): Promise<z.input<typeof acceptedJob>> {
  const job = await readShownJob(sql, id);
  if (!job) throw notFound("job");
  return { job, address: `/api/admin/jobs/${id}` };
}
