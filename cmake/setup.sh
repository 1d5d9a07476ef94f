# SPDX-License-Identifier: Apache-2.0
# What samples/run.sh and tests/run.sh share; sourced, with $root set. POSIX sh, Debian 12.

say() {
    printf '%s\n' "$*" >&2
}

cores() {
    getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1
}

installed() {
    [ "$(dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null)" = "ii " ]
}

# need PACKAGE…: installs what is missing; without root says what to install and stops.
need() {
    missing=
    if ! command -v dpkg-query >/dev/null 2>&1; then
        say "setup: this is no Debian; please provide what these packages hold: $*"
        return 0
    fi
    for package in "$@"; do
        installed "$package" || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        say "setup: these packages are missing:$missing"
        say "setup: run once as root:  apt-get install -y --no-install-recommends$missing"
        exit 1
    fi
    say "setup: installing$missing"
    # The lists of a fresh system are empty, those of an old one may name packages that are gone.
    apt_get update || say "setup: the package lists could not be refreshed"
    apt_get install -y --no-install-recommends $missing || {
        say "setup: apt-get could not install:$missing"
        exit 1
    }
}

# RUNLEVEL=1: a database server among the packages is installed, not started.
apt_get() {
    RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Options::=--force-confold "$@" </dev/null >&2
}

# Fandol (仿宋 楷 黑 宋) out of its one Debian package, without installing TeX. Its licence lets documents embed
# it; it is never part of the tree.
fandol() {
    fonts="$root/build/fonts"
    [ -e "$fonts/FandolFang-Regular.otf" ] && return 0
    work=$(mktemp -d) || return 0
    say "setup: fetching the Fandol fonts (49 MB, once)"
    if (cd "$work" && apt_get download texlive-lang-chinese) &&
        dpkg-deb --fsys-tarfile "$work"/texlive-lang-chinese_*.deb >"$work/fs.tar" &&
        mkdir -p "$work/out" && tar -xf "$work/fs.tar" -C "$work/out" --wildcards '*/fandol/Fandol*.otf'; then
        mkdir -p "$fonts"
        find "$work/out" -name 'Fandol*.otf' ! -name 'FandolFang-Regular.otf' -exec cp {} "$fonts" \;
        find "$work/out" -name 'FandolFang-Regular.otf' -exec cp {} "$fonts" \; # last: it says all are there
    else
        say "setup: Fandol could not be fetched; 仿宋 and 楷 fall back to Noto (the program names each)"
    fi
    rm -rf "$work"
}

# build DIR TYPE TARGETS CMAKE-OPTION…: configures once, then builds what changed.
build() {
    dir=$1 type=$2 targets=$3
    shift 3
    if [ ! -e "$dir/CMakeCache.txt" ] || [ $# -gt 0 ]; then
        cmake -S "$root" -B "$dir" -DCMAKE_BUILD_TYPE="$type" "$@" >"$dir.log" 2>&1 || {
            cat "$dir.log" >&2
            say "setup: cmake failed in $dir"
            exit 1
        }
    fi
    # shellcheck disable=SC2086 # targets are words
    cmake --build "$dir" --parallel "$(cores)" --target $targets >"$dir.log" 2>&1 || {
        tail -60 "$dir.log" >&2
        say "setup: the build failed in $dir; all of it is in $dir.log"
        exit 1
    }
    if [ -d "$root/build/fonts" ] && [ ! -e "$dir/share/fonts/FandolFang-Regular.otf" ]; then
        mkdir -p "$dir/share/fonts"
        cp -l "$root"/build/fonts/*.otf "$dir/share/fonts/" 2>/dev/null || cp "$root"/build/fonts/*.otf "$dir/share/fonts/"
        ln -sfn share/fonts "$dir/fonts" # where the tests of the typesetting look
    fi
}

# The library of DuckDB out of its npm package, for the tests of the ADBC source. Without npm they are skipped, and say so.
duckdb() {
    [ -e "$root/build/duckdb/libduckdb.so" ] && return 0
    command -v npm >/dev/null 2>&1 || {
        say "setup: no npm here: the tests with DuckDB will be skipped"
        return 0
    }
    work=$(mktemp -d) || return 0
    say "setup: fetching DuckDB's library (25 MB, once)"
    if (cd "$work" && npm pack --silent "@duckdb/node-bindings-linux-x64@1.5.6-r.1" >/dev/null) && tar -xzf "$work"/*.tgz -C "$work"; then
        mkdir -p "$root/build/duckdb"
        find "$work/package" -name 'libduckdb.so' -exec cp {} "$root/build/duckdb/libduckdb.so.new" \;
        mv "$root/build/duckdb/libduckdb.so.new" "$root/build/duckdb/libduckdb.so"
    else
        say "setup: DuckDB could not be fetched: its tests will be skipped"
    fi
    rm -rf "$work"
}

base_packages="gcc make cmake pkg-config libc6-dev libinih-dev libsodium-dev libpango1.0-dev libcairo2-dev libsqlite3-dev fonts-noto-cjk fonts-liberation"
# What the optional sources are built with, and the real servers and drivers they are tested against.
source_packages="libzip-dev libexpat1-dev libpq-dev unixodbc-dev libcurl4-openssl-dev libxlsxwriter-dev"
server_packages="postgresql-15 clickhouse-server odbc-postgresql libsqliteodbc openssl"
