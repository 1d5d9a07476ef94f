#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The whole suite on Debian 12: installs what the tests need (as root), builds three ways, runs ctest in each.
#   build/release  optimised                  every test
#   build/asan     address, undefined, leaks  every test
#   build/tsan     data races                 the engine, and the program on several threads
# sh tests/run.sh [CTEST-OPTION…], such as  sh tests/run.sh -R cli
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/cmake/setup.sh"

# A database server is wanted as a program, not as a service with data of its own.
if [ "$(id -u)" -eq 0 ] && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir -p /etc/postgresql-common
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
fi
# shellcheck disable=SC2086 # a list of words
need $base_packages $source_packages $server_packages g++ libcmocka-dev poppler-utils qpdf sqlite3 python3 clang libclang-rt-14-dev rustc dpkg-dev binutils file abigail-tools fonts-dejavu-core
mkdir -p "$root/build"
fandol
duckdb
failed=

suite() {
    name=$1
    shift
    say "== $name"
    ctest --test-dir "$root/build/$name" --parallel "$(cores)" --output-on-failure "$@" || failed="$failed $name"
}

build "$root/build/release" Release all -DJB_TESTS=ON
suite release "$@"

build "$root/build/asan" Debug all -DJB_TESTS=ON -DJB_SANITIZE=address,undefined
# Pango and fontconfig keep some caches to the end of the process.
export LSAN_OPTIONS="suppressions=$root/tests/lsan.supp:print_suppressions=0"
export UBSAN_OPTIONS=print_stacktrace=1
suite asan "$@"

build "$root/build/tsan" Debug all -DJB_TESTS=ON -DJB_SANITIZE=thread
suite tsan -R 'cli_threads|unit_engine|unit_metrics' "$@"

if [ -n "$failed" ]; then
    say "FAILED:$failed"
    exit 1
fi
say "all passed"
