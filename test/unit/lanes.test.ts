import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import { openSpool, spooledBytes } from "../../lib/pipeline/create/spool.ts";
import { Lanes } from "../../lib/pipeline/submit/lanes.ts";
import { shareLook } from "../../lib/pipeline/submit/sharedLook.ts";

/** Whether it has happened once everything was done that waits for nothing. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await setImmediate();
  return done;
}

/** Begins a submission that ends when it is told to. */
function begin(lanes: Lanes, model: string) {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  lanes.begin(model, () => promise);
  return {
    end: async (gotThrough: boolean) => {
      resolve(gotThrough);
      await setImmediate();
    },
    fail: reject,
  };
}

it("the first goes alone, then the first of each model, then as many as there are lanes", async () => {
  const lanes = new Lanes(3);
  const first = begin(lanes, "a");
  expect(await isDone(lanes.freeFor("a"))).toBe(false);
  expect(await isDone(lanes.freeFor("b")), "nothing got through yet").toBe(false);
  await first.end(true);
  const second = begin(lanes, "a");
  begin(lanes, "b");
  expect(await isDone(lanes.freeFor("b")), "it is being tried").toBe(false);
  expect(await isDone(lanes.freeFor("c")), "another model").toBe(true);
  begin(lanes, "a");
  expect(await isDone(lanes.freeFor("a")), "all lanes are taken").toBe(false);
  await second.end(true);
  expect(await isDone(lanes.freeFor("a"))).toBe(true);
});

it("what did not get through proves nothing", async () => {
  const lanes = new Lanes(3);
  await begin(lanes, "a").end(false);
  begin(lanes, "a");
  expect(await isDone(lanes.freeFor("a"))).toBe(false);
});

it("none is begun while the files of all lanes are too large in all, but there is always one", async () => {
  // What other tests of this process have left counts, too.
  const lanes = new Lanes(3, spooledBytes() + 1_000);
  const spool = await openSpool();
  await spool.write("x".repeat(2_000));
  await spool.close();
  await begin(lanes, "a").end(true);
  expect(await isDone(lanes.freeFor("a")), "of another account, perhaps: this one may have one").toBe(true);
  const one = begin(lanes, "a");
  const free = lanes.freeFor("a");
  expect(await isDone(free)).toBe(false);
  await spool.remove();
  await one.end(true);
  await free;
  begin(lanes, "a");
  expect(await isDone(lanes.freeFor("a"))).toBe(true);
});

it("all are awaited before a failure is thrown", async () => {
  const lanes = new Lanes(2);
  await begin(lanes, "a").end(true);
  begin(lanes, "a").fail(new Error("broken"));
  const other = begin(lanes, "a");
  const settled = lanes.settle().catch((error) => error.message);
  expect(await isDone(settled)).toBe(false);
  await other.end(true);
  expect(await settled).toBe("broken");
});

it("a look is shared by all who asked before it began, and by nobody else", async () => {
  const looks: PromiseWithResolvers<number>[] = [];
  const look = shareLook(() => {
    looks.push(Promise.withResolvers<number>());
    return looks.at(-1)?.promise ?? Promise.reject(new Error("There is one."));
  });
  const [first, same] = [look(), look()];
  await setImmediate();
  const [second, third] = [look(), look()];
  await setImmediate();
  expect(looks).toHaveLength(1);
  looks[0]?.reject(new Error("unreachable"));
  await expect(first).rejects.toThrow("unreachable");
  await expect(same).rejects.toThrow("unreachable");
  await setImmediate();
  expect(looks).toHaveLength(2);
  looks[1]?.resolve(2);
  expect(await Promise.all([second, third])).toEqual([2, 2]);
});
