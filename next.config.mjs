// Plain JavaScript: Next would load its compiler at each start to read TypeScript, and an image does not have it.

/** Each build has a folder of its own, so that a new one never pulls the files from under a running server. */
const distDir = process.env.LIVEDASH_CONSOLE_BUILD ?? ".next";

/** @type {import("next").NextConfig} */
const config = {
  distDir,
  poweredByHeader: false,
  reactStrictMode: true,
  agentRules: false,
  devIndicators: false,
  // No page has pictures that need it, and whoever may ask for a page may ask for it.
  images: { unoptimized: true },
  // Next would rewrite a tsconfig.json that does not extend another. Types are checked by `tsc`, not by the build.
  typescript: { tsconfigPath: "app/tsconfig.json", ignoreBuildErrors: true },
  // Each build begins in an empty folder: a cache on disk would be written and never read.
  experimental: { useTypeScriptCli: true, turbopackFileSystemCacheForBuild: false },
  // What the server runs of the pages shares lib/ with it. In development it is bundled, so that its changes show.
  turbopack: {
    rules: {
      "*.ts": {
        condition: { all: ["production", { not: "browser" }, { path: /^lib\/[^.]+\.ts$/ }] },
        loaders: ["./web/libraryLoader.cjs"],
        as: "*.js",
      },
    },
  },
  // Libraries that the pages reach through lib/ are loaded as they are, not bundled.
  serverExternalPackages: ["pg", "pg-boss", "pino", "pino-pretty"],
};

export default config;
