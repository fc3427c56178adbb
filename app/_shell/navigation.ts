/** The main places of the console, in order. The bar is shown once there is more than one to choose from. */
export const PLACES: readonly { href: string; name: string }[] = [{ href: "/", name: "Overview" }];
