#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sh tests/bench/plugins.sh JIANBAO: 40 plugins loaded and used in one report, and what a call through the interface costs.
set -eu
program=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/plugins"
printf '[report]\ntitle = 插件\n[host]\nplugins = plugins\n[source "t"]\ntype = csv\npath = t.csv\n' > "$dir/r.ini"
printf '[report]\ntitle = 插件\n[source "t"]\ntype = csv\npath = t.csv\n' > "$dir/own.ini"
printf 'a,b\n1,2\n' > "$dir/t.csv"
i=0
while [ $i -lt 40 ]; do
    cc -std=c17 -O2 -fPIC -shared -fvisibility=hidden -DN=$i -I"$root/include" -o "$dir/plugins/tiny$i.so" "$root/tests/bench/tiny.c"
    printf '[metric "m%s"]\ntype = tiny%s\nsource = t\n' $i $i >> "$dir/r.ini"
    printf '[metric "m%s"]\ntype = count\nsource = t\n' $i >> "$dir/own.ini"
    i=$((i + 1))
done
chmod -R go-w "$dir"
cc -std=c17 -O2 -D_POSIX_C_SOURCE=200809L -I"$root/include" -o "$dir/calls" "$root/tests/bench/calls.c" -ldl
"$dir/calls" "$dir"/plugins/*.so
# Each figure is the middle of 15 whole runs.
middle() {
    n=0
    while [ $n -lt 15 ]; do
        start=$(date +%s%N)
        "$program" figures "$1" --json > "$dir/out.json"
        echo $((($(date +%s%N) - start) / 1000))
        n=$((n + 1))
    done | sort -n | sed -n 8p
}
middle "$dir/own.ini" > /dev/null
echo "figures with 40 metrics of one built-in plugin: $(middle "$dir/own.ini") us"
echo "figures with 40 metrics of 40 plugins:          $(middle "$dir/r.ini") us"
