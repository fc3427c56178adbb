import Form from "next/form";
import { Button } from "../../_kit/Button.tsx";
import { FilterText } from "../../_kit/FilterText.tsx";
import { FilterFields } from "./FilterFields.tsx";
import { Fold } from "./Fold.tsx";
import { type Filter, OVERVIEW, SESSIONS } from "./filter.ts";

// Both lead to the address that holds the filter: nothing of it is kept anywhere else. Fields keep what was typed; with
// another filter it is another form.

interface FilterFormProps {
  filter: Filter;
  /** In which days and hours are told. */
  zone: string;
}

/** Over the list: the search at hand, the rest folded. */
export function SessionsFilter({ filter, zone }: FilterFormProps) {
  return (
    <Form action={SESSIONS} key={JSON.stringify(filter)} prefetch={false} role="search" className="space-y-3">
      <Kept filter={filter} />
      <div className="flex flex-wrap items-end gap-3">
        <Search filter={filter} />
        <Show />
      </div>
      <Fold title="More filters">
        <FilterFields filter={filter} zone={zone} />
      </Fold>
    </Form>
  );
}

/** Over the figures: folded, since they are what people come to see. */
export function FiguresFilter({ filter, zone, isOpen = false }: FilterFormProps & { isOpen?: boolean }) {
  return (
    <Form action={OVERVIEW} key={JSON.stringify(filter)} prefetch={false} role="search">
      <Kept filter={filter} />
      <Fold title="Search and filter" isOpen={isOpen}>
        <div className="space-y-4">
          <Search filter={filter} />
          <FilterFields filter={filter} zone={zone} />
          <Show />
        </div>
      </Fold>
    </Form>
  );
}

/** What cannot be chosen in the form, and stays. */
function Kept({ filter }: { filter: Filter }) {
  return (["questionId", "externalSessionId"] as const).map((name) => {
    const value = filter[name];
    return value ? <input key={name} type="hidden" name={name} value={value} /> : null;
  });
}

function Search({ filter }: { filter: Filter }) {
  return (
    <div className="min-w-0 flex-1 basis-64">
      <FilterText
        name="search"
        label="Search in summaries, first messages and session ids"
        type="search"
        defaultValue={filter.search}
        isSearch
      />
    </div>
  );
}

function Show() {
  return (
    <Button type="submit" needsScript={false} tone="strong">
      Show
    </Button>
  );
}
