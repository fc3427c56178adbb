import { expect, it } from "vitest";
import { collect, providerThat } from "./support.ts";

const NOW = 1_790_000_000;
const SINCE = new Date((NOW - 3_600) * 1000);

interface Listed {
  id: string;
  status: string;
  created_at: number;
}

const batch = (index: number, created_at: number): Listed => ({
  id: `batch_${index}`,
  status: "completed",
  created_at,
});

/** So many batches that are days old. */
const old = (count: number) => Array.from({ length: count }, (_, index) => batch(index, NOW - 200_000 - index));
const ours = { ...batch(1_000_000, NOW), id: "ours" };

/** A provider that lists these, in this order, page by page; and how many pages were asked for. */
async function listing(
  all: readonly unknown[],
  reply: (page: { data: unknown[]; has_more: boolean }) => unknown = (page) => page,
) {
  let pages = 0;
  const provider = await providerThat((url) => {
    pages++;
    const after = url.searchParams.get("after");
    const start = after === null ? 0 : all.findIndex((item) => (item as Listed | null)?.id === after) + 1;
    const end = start + Number(url.searchParams.get("limit") ?? 20);
    return reply({ data: all.slice(start, end), has_more: end < all.length });
  });
  const found = async () => (await collect(provider.listBatches(SINCE))).map(({ id }) => id);
  return { provider, found, pages: () => pages };
}

it.each([
  ["newest first", [ours, ...old(5_000)], 6],
  ["oldest first, thousands before it", [...old(10_000).reverse(), ours], 101],
  ["in no order", [...old(150), ours, ...old(150).map((item) => ({ ...item, id: `more_${item.id}` }))], 4],
  ["all of one second", [...old(250).map((item) => ({ ...item, created_at: NOW - 200_000 })), ours], 3],
  [
    "behind one that is out of order",
    [...old(1), ours, ...old(150).map((item) => ({ ...item, id: `more_${item.id}` }))],
    2,
  ],
  ["behind a page of strangers", [...Array.from({ length: 100 }, (_, i) => ({ id: `x${i}`, status: null })), ours], 2],
])("a batch is found in a list that is %s", async (_name, all, pages) => {
  const list = await listing(all);
  expect(await list.found()).toEqual(["ours"]);
  expect(list.pages()).toBe(pages);
});

it.each<[string, (page: { data: unknown[]; has_more: boolean }) => unknown]>([
  ["does not say whether there is more", ({ data }) => ({ object: "list", data })],
  ["says null on whether there is more", ({ data }) => ({ object: "list", data, has_more: null })],
  ["says in a text whether there is more", ({ data, has_more }) => ({ data, has_more: String(has_more) })],
  ["is a bare list", ({ data }) => data],
  ["says nothing in words on whether there is more", ({ data }) => ({ data, has_more: "" })],
  ["says that each page is the last", ({ data }) => ({ data, has_more: false })],
  ["keeps its list in `items`", ({ data, has_more }) => ({ items: data, has_more })],
  ["keeps a list in its list", ({ data, has_more }) => ({ data: { object: "list", data, has_more } })],
  ["writes its list as JSON", ({ data, has_more }) => ({ data: JSON.stringify(data), has_more })],
  [
    "has each batch in another object",
    ({ data, has_more }) => ({ data: data.map((batch) => ({ id: (batch as Listed).id, batch })), has_more }),
  ],
  ["keeps its list in `value`", ({ data, has_more }) => ({ value: data, has_more })],
])("a list is read to its end that %s", async (_name, reply) => {
  const list = await listing([...old(250).reverse(), ours], reply);
  expect(await list.found()).toEqual(["ours"]);
});

it("what cannot be ours is passed over", async () => {
  const strangers = [
    null,
    "batch",
    { id: "x1" },
    { id: 5, status: "completed", created_at: NOW, input_file_id: null, metadata: { run: 7 } },
    {
      ...batch(1, NOW),
      input_file_id: null,
      metadata: { run: 7, on: true, batch_id: null },
      errors: [],
      request_counts: null,
    },
    { ...batch(2, NOW), created_at: "soon" },
  ];
  const list = await listing([...strangers, ours]);
  expect(await list.found()).toEqual(["5", "batch_1", "batch_2", "ours"]);
  await list.provider.check();
});

it("a server that knows no pages lists each batch once", async () => {
  const everything = [...old(150), ours];
  const provider = await providerThat(() => everything);
  expect((await collect(provider.listBatches(SINCE))).map(({ id }) => id)).toEqual(["ours"]);
});

it.each([
  ["null in a list", { object: "list", data: null, has_more: false }],
  ["null, and nothing beside it", { data: null }],
  ["an empty object in a list", { object: "list", data: {} }],
  ["a list without its rows", { object: "list", has_more: false }],
  ["no more, in any case", { object: "list", data: [], has_more: true }],
])("is empty: %s", async (_name, reply) => {
  const provider = await providerThat(() => reply);
  expect(await collect(provider.listBatches(SINCE))).toEqual([]);
  expect(await collect(provider.listInputFiles())).toEqual([]);
});

it.each([
  ["a page of HTML", "<html></html>"],
  ["an object", {}],
  ["null beside an error", { data: null, code: 500, message: "down" }],
  ["null without success", { data: null, success: false }],
  ["an object of objects", { object: "list", data: { a: ours } }],
  ["a text for the list", { data: "none", has_more: false }],
  ["the same page for ever", { data: [ours], has_more: true }],
])("is no list, and never an empty one: %s", async (_name, reply) => {
  const provider = await providerThat(() => reply);
  await expect(collect(provider.listBatches(SINCE))).rejects.toMatchObject({ code: "provider_unreachable" });
});

it("files of other tools are passed over, and the list goes on behind them", async () => {
  const files = [
    { id: "f1", filename: null },
    { id: 7 },
    { filename: "x" },
    { id: "f2", filename: "b1-1.jsonl" },
    { id: "f3" },
  ];
  const provider = await providerThat((url) =>
    url.searchParams.has("after")
      ? { data: [{ id: "f4", filename: "b1-2.jsonl" }], has_more: false }
      : { data: files, has_more: true },
  );
  expect((await collect(provider.listInputFiles())).map(({ id }) => id)).toEqual(["f2", "f4"]);
});
