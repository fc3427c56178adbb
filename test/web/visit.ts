import type { Page, Response } from "playwright-core";

/** Opens an address, and waits until the page's script has taken over: a key that is pressed sooner is lost. */
export async function visit(page: Page, url: string): Promise<Response | null> {
  const response = await page.goto(url);
  await page.waitForFunction(isAlive);
  return response;
}

/** Whether React has taken over every part that can be pressed; answers when it has nothing more to do. */
async function isAlive(): Promise<boolean> {
  const parts = [...document.querySelectorAll("a, button, input, select, textarea")];
  const isReact = (part: Element) => Object.keys(part).some((key) => key.startsWith("__reactProps$"));
  if (parts.length === 0 || !parts.every(isReact)) return false;
  // Until a page has been painted, the browser drops the keys that are pressed on it; effects, which listen to them, come after
  // that, and before the page is idle.
  await new Promise<void>((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(() => resolve())));
  });
  return true;
}

/** Presses two keys as fast as fingers do, however busy the page is: it waits only so long for the second. */
export async function pressInTurn(page: Page, first: string, second: string): Promise<void> {
  await Promise.all([page.keyboard.press(first), page.keyboard.press(second)]);
}
