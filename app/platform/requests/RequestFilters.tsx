import { FAILURES } from "../../../lib/failures.ts";
import { FilterBar } from "../../_kit/FilterBar.tsx";
import { FilterText } from "../../_kit/FilterText.tsx";
import { type Option, Select } from "../../_kit/Select.tsx";
import { toField } from "./moments.ts";

type Field =
  | "status"
  | "companyId"
  | "model"
  | "batchId"
  | "errorCode"
  | "errorGroup"
  | "idPrefix"
  | "externalSessionId"
  | "externalSessionIdPrefix"
  | "failedSince"
  | "newerThan"
  | "olderThan"
  | "order";
type Query = Partial<Record<Field, string>>;

const CODES = Object.entries(FAILURES).map(([value, { meaning }]) => ({ value, name: `${value}: ${meaning}` }));
const ORDERS = [{ value: "oldest", name: "Oldest first" }];

export function RequestFilters({ query, companies, models, zone, isFiltered }: RequestFiltersProps) {
  return (
    <FilterBar path="/platform/requests" label="Filter the requests" isFiltered={isFiltered}>
      <input type="hidden" name="status" value={query.status} />
      <input type="hidden" name="zone" value={zone} data-goes-with="failedSince newerThan olderThan" />
      <Select name="companyId" label="Company" any="All companies" options={companies} defaultValue={query.companyId} />
      <Select name="model" label="Model" any="All models" options={models} defaultValue={query.model} />
      <FilterText name="batchId" label="Batch" defaultValue={query.batchId} />
      {query.status === "processing_failed" && (
        <Select name="errorCode" label="Error" any="All errors" options={CODES} defaultValue={query.errorCode} />
      )}
      <FilterText
        name="externalSessionIdPrefix"
        label="Session id, or the start of it"
        defaultValue={query.externalSessionIdPrefix}
      />
      {query.externalSessionId && (
        <FilterText name="externalSessionId" label="Session id" defaultValue={query.externalSessionId} />
      )}
      {query.idPrefix && <FilterText name="idPrefix" label="Start of the id" defaultValue={query.idPrefix} />}
      {query.errorGroup && <FilterText name="errorGroup" label="Message" defaultValue={query.errorGroup} />}
      {query.failedSince && (
        <FilterText
          name="failedSince"
          label={`Failed since (${zone})`}
          type="datetime-local"
          defaultValue={toField(query.failedSince, zone)}
        />
      )}
      <FilterText
        name="newerThan"
        label={`Requested since (${zone})`}
        type="datetime-local"
        defaultValue={toField(query.newerThan, zone)}
      />
      <FilterText
        name="olderThan"
        label={`Requested before (${zone})`}
        type="datetime-local"
        defaultValue={toField(query.olderThan, zone)}
      />
      <Select name="order" label="Order" any="Newest first" options={ORDERS} defaultValue={query.order} />
    </FilterBar>
  );
}

interface RequestFiltersProps {
  query: Query;
  companies: Option[];
  models: Option[];
  /** In which the fields for times tell them. */
  zone: string;
  isFiltered: boolean;
}
