import { redirect } from "next/navigation";
import type { NextRequest } from "next/server";
import { findById } from "../../../../lib/admin/find/findById.ts";
import { address } from "../../../_kit/search.ts";
import { ask } from "../../../_session/ask.ts";
import { requirePlatform } from "../../../_session/context.ts";
import { addressOf } from "../kinds.ts";

/** Leads to the one thing that an id is of; where it may be of several, or of none, to the page that says so. */
export async function GET(request: NextRequest): Promise<never> {
  const ctx = await requirePlatform();
  const id = request.nextUrl.searchParams.get("id")?.trim() ?? "";
  const asked = await ask(ctx, findById, { id });
  const all = asked.ok ? asked.answer.found : [];
  const exact = all.filter(({ isExact }) => isExact);
  const [only, ...others] = exact.length > 0 ? exact : all;
  return redirect(only && others.length === 0 ? addressOf(only) : address("/platform/find", { id }));
}
