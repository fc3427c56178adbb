#!/bin/sh
# Makes what deploy/Containerfile makes without an engine: its stages, in an empty root that debootstrap fills.
#   deploy/build.sh ROOT
# Needs root, debootstrap, Node 20 and npm. Whatever ROOT holds already is used: a Debian, packages in opt/livedash/node_modules.
set -eu
[ $# -eq 1 ] || { echo "Usage: deploy/build.sh ROOT" >&2; exit 2; }
# A shell that has become root by `su` looks for no programs there, and `chroot` is one of them.
PATH=$PATH:/usr/sbin:/sbin
mkdir -p "$1"
chmod 755 "$1"
root=$(CDPATH='' cd -- "$1" && pwd)
application=$root/opt/livedash
cd "$(dirname "$0")/.."
suite=$(sed -n 's/^ARG DEBIAN=//p' deploy/Containerfile)
commit=$(git rev-parse HEAD 2>/dev/null || true)

if [ ! -e "$root/etc/debian_version" ]; then
  debootstrap --variant=minbase "$suite" "$root"
  rm -f "$root"/var/cache/apt/archives/*.deb
fi
mkdir -p "$application"
sed -n 's/^!//p' .dockerignore | tar --create --files-from=- --owner=0 --group=0 | tar --extract --directory "$application"
COMMIT=$commit "$application/deploy/stages/application.sh"
chroot "$root" /opt/livedash/deploy/stages/user.sh
