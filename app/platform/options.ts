import { listCompanies } from "../../lib/admin/companies/listCompanies.ts";
import { listModels } from "../../lib/admin/models/listModels.ts";
import type { CallContext } from "../../lib/api/operation.ts";
import type { Option } from "../_kit/Select.tsx";
import { ask } from "../_session/ask.ts";

const MOST = 200;

/** The companies to choose from, by name; none for those who may not see them. */
export async function companyOptions(ctx: CallContext): Promise<Option[]> {
  const asked = await ask(ctx, listCompanies, { limit: MOST });
  return asked.ok ? asked.answer.companies.map(({ id, name }) => ({ value: id, name })) : [];
}

/** The models to choose from; a model is named by its name, not by its id. */
export async function modelOptions(ctx: CallContext): Promise<Option[]> {
  const asked = await ask(ctx, listModels, { limit: MOST });
  return asked.ok ? asked.answer.models.map(({ name }) => ({ value: name, name })) : [];
}
