import type { Page } from "playwright-core";
import { SAMPLES } from "./playDay.ts";

const LOOKS = ["light-wide", "light-phone", "dark-wide", "dark-phone"] as const;
type Look = (typeof LOOKS)[number];

export interface Shot {
  name: string;
  realm: "platform" | "company";
  path: string;
  looks: readonly Look[];
  /** What is done before the picture is taken. */
  act?: (page: Page) => Promise<void>;
  isPrinted?: boolean;
}

export type Ids = Record<"inFlight" | "givenUp" | "failed" | "import" | "care" | "sollis" | "session", string>;

/** What one picture shows of wide and light, the other shows of narrow and dark. */
const BOTH = ["light-wide", "dark-phone"] as const;

export function shotsOf(ids: Ids): Shot[] {
  const platform = (name: string, path: string, more: Partial<Shot> = {}): Shot => ({
    name,
    realm: "platform",
    path: `/platform${path}`,
    looks: BOTH,
    ...more,
  });
  const company = (name: string, path: string, more: Partial<Shot> = {}): Shot => ({
    name,
    realm: "company",
    path: `/dashboard${path}`,
    looks: BOTH,
    ...more,
  });
  return [
    platform("overview", "", { looks: LOOKS }),
    platform("batches", "/batches"),
    platform("batch", `/batches/${ids.inFlight}`, { looks: LOOKS }),
    platform("batch-given-up", `/batches/${ids.givenUp}`),
    platform("requests", "/requests?status=processing_complete", { looks: LOOKS }),
    platform("request", `/requests/${ids.failed}`),
    platform("errors", "/errors", { looks: LOOKS }),
    platform("imports", "/imports"),
    platform("import-dry-run", "/imports", { act: (page) => tryImport(page, ids.care) }),
    platform("import", `/imports/${ids.import}`),
    platform("results", "/results"),
    platform("models", "/models"),
    platform("company", `/companies/${ids.sollis}`),
    platform("company-form", `/companies/${ids.sollis}`, { act: (page) => press(page, "Change") }),
    platform("keys", "/keys"),
    platform("service-accounts", "/keys/service-accounts"),
    { name: "account", realm: "platform", path: "/account", looks: BOTH },
    company("dashboard", "", { looks: LOOKS }),
    company("dashboard-printed", "", { looks: ["light-wide"], isPrinted: true }),
    company("sessions", "/sessions", { looks: LOOKS }),
    company("session", `/sessions/${ids.session}`),
    company("users", "/users"),
  ];
}

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

async function tryImport(page: Page, companyId: string): Promise<void> {
  await page.getByLabel("Company of the sessions").selectOption(companyId);
  await page.getByLabel(/^CSV file/).setInputFiles(`${SAMPLES}/maravelle-hotels.csv`);
  await press(page, "Dry run");
  await page.getByRole("region", { name: "Dry run" }).waitFor();
}
