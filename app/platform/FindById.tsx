import { Button } from "../_kit/Button.tsx";
import { FilterText } from "../_kit/FilterText.tsx";

/** The one box for ids, of whatever kind they are. */
export function FindById({ id }: { id?: string | undefined }) {
  return (
    <search>
      <form action="/platform/find/open" method="get" className="mb-8 flex flex-wrap items-end gap-3">
        <div className="min-w-0 flex-1 sm:max-w-md">
          <FilterText name="id" label="Any id, or the start of one" type="search" defaultValue={id} isSearch />
        </div>
        <Button type="submit" needsScript={false}>
          Find
        </Button>
      </form>
    </search>
  );
}
