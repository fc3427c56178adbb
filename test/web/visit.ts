import type { Page, Response } from "playwright-core";

/** Opens an address, and waits until the page's script has taken over: a key that is pressed sooner is lost. */
export async function visit(page: Page, url: string): Promise<Response | null> {
  const response = await page.goto(url);
  // Everything on the page listens (`app/_shell/Ready.tsx`). That every part has React's properties does not show it: on a busy
  // machine, a page rests between the turns of its script. No promise may be asked for here: it is taken for a yes at once.
  await page.waitForFunction(() => document.documentElement.dataset.ready !== undefined);
  await page.evaluate(isPainted);
  return response;
}

/** Until a page has been painted, the browser drops the keys that are pressed on it. */
function isPainted(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
  });
}

/** Presses two keys as fast as fingers do, however busy the page is: it waits only so long for the second. */
export async function pressInTurn(page: Page, first: string, second: string): Promise<void> {
  await Promise.all([page.keyboard.press(first), page.keyboard.press(second)]);
}
