import { readFile, writeFile } from "node:fs/promises";
import { catalogueOf, readStructure } from "../../lib/db/catalogue.ts";
import { openPool } from "../../lib/db/pool.ts";

const FILE = new URL("../../lib/db/catalogue.json", import.meta.url);

/** Whether lib/db/catalogue.json says what a freshly migrated database has. */
export async function isKept(url: string): Promise<boolean> {
  return (await readFile(FILE, "utf8")) === (await readText(url));
}

/** Makes it so. */
export async function keepCatalogue(url: string): Promise<void> {
  await writeFile(FILE, await readText(url));
}

async function readText(url: string): Promise<string> {
  const db = openPool(url, { max: 1 });
  try {
    return `${JSON.stringify(catalogueOf(await readStructure(db)), null, 2)}\n`;
  } finally {
    await db.end();
  }
}
