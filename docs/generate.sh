#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Pages made from the program's own data.  sh docs/generate.sh JIANBAO [DIR]   (DIR: docs)
set -eu
program=$1
dir=${2:-$(dirname "$0")}
"$program" plugins reference > "$dir/ini-reference.md"
"$program" plugins messages > "$dir/errors.md"
