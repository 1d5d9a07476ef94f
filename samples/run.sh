#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# From nothing to a briefing on Debian 12: installs what is missing (as root), builds, writes the sample's briefing and
# prints the path of its PDF as the last line.  sh samples/run.sh [OUTPUT_DIR]
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/cmake/setup.sh"

out=${1:-"$root/build/sample"}
# shellcheck disable=SC2086 # a list of words
need $base_packages
mkdir -p "$root/build"
fandol
release="$root/build/release"
if [ -e "$release/CMakeCache.txt" ]; then
    build "$release" Release "jianbao jb_plugins jb_share"
else
    build "$release" Release "jianbao jb_plugins jb_share" -DJB_TESTS=OFF
fi
paths=$("$release/jianbao" run "$root/configs/city-briefing.ini" -o "$out")
printf '%s\n' "$paths" | grep -v '\.pdf$' || true
printf '%s\n' "$paths" | grep '\.pdf$'
