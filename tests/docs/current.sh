#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# current.sh JIANBAO SOURCE WORK: generated pages equal those in the tree, and every link in docs leads somewhere.
set -eu
program=$1 source=$2 work=$3
failed=0
mkdir -p "$work/made"
sh "$source/docs/generate.sh" "$program" "$work/made"
for page in ini-reference.md errors.md; do
    if ! cmp -s "$work/made/$page" "$source/docs/$page"; then
        echo "docs/$page is not what the program says; run: sh docs/generate.sh $program"
        diff "$source/docs/$page" "$work/made/$page" | head -20 || true
        failed=1
    fi
done
for page in "$source"/*.md "$source"/docs/*.md; do
    grep -o '](\([^)#:]*\))' "$page" | sed 's/^](//; s/)$//' | while read -r link; do
        [ -e "$(dirname "$page")/$link" ] || echo "$page: no such file: $link"
    done
done > "$work/dead"
if [ -s "$work/dead" ]; then
    cat "$work/dead"
    failed=1
fi
exit $failed
