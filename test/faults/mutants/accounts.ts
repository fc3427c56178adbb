import type { Mutant } from "./mutant.ts";

/** Bugs in keeping accounts apart. */
export const ACCOUNTS: readonly Mutant[] = [
  {
    name: "batches-of-any-account-are-taken",
    harm: "a batch is asked for in an account that does not know it, and its lines are sent there again",
    file: "lib/batches/lease.ts",
    find: `"id" <> ALL($4) AND "provider" = $5`,
    replace: `"id" <> ALL($4) AND $5::text IS NOT NULL`,
    caughtBy: ["test/accounts/pipeline.test.ts"],
  },
  {
    name: "requests-go-to-any-account",
    harm: "what is to stay with one account is sent to another",
    file: "lib/pipeline/create/listGroups.ts",
    find: `AND \${accountOfModel('"group"."model"')} = $4`,
    replace: `AND $4::text IS NOT NULL`,
    caughtBy: ["test/accounts/pipeline.test.ts"],
  },
  {
    name: "a-stop-stops-all-accounts",
    harm: "one account without credit keeps all companies waiting",
    file: "lib/throttle/providerStop.ts",
    find: `.find(({ provider }) => provider === ctx.provider.name)`,
    replace: `.find(({ provider }) => provider !== "")`,
    caughtBy: ["test/accounts/pipeline.test.ts"],
  },
  {
    name: "files-of-another-account-are-reaped",
    harm: "files are recorded as deleted that lie on in their account, with what people wrote",
    file: "lib/batches/leftFiles.ts",
    find: `"createdAt" > $3) AND "provider" = $4`,
    replace: `"createdAt" > $3) AND $4::text IS NOT NULL`,
    caughtBy: ["test/accounts/pipeline.test.ts"],
  },
  {
    name: "adopted-by-any-account",
    harm: "what one account has made is taken over as another's, whose workers will not find it",
    file: "lib/admin/copies/takeForgotten.ts",
    find: `AND \${accountOfModel('r."model"')} = $5`,
    replace: `AND $5::text IS NOT NULL`,
    caughtBy: ["test/accounts/sameAccount.test.ts"],
  },
  {
    name: "disabled-accounts-are-sent-to",
    harm: "batches that were claimed before go to an account that a person has disabled",
    file: "lib/throttle/spendingStop.ts",
    find: `if (disabled !== null) throw`,
    replace: `if (disabled === "never") throw`,
    caughtBy: ["test/accounts/pipeline.test.ts"],
  },
];
