#!/usr/bin/env bash
# Installs the Debian packages of one group that are missing: product | package-x86_64 | package-arm64 |
# tests | bench. Nothing to do is quick and needs no root.
set -euo pipefail

product="g++ cmake ninja-build pkg-config libssl-dev libdeflate-dev libboost1.81-dev libboost-json1.81-dev zlib1g-dev
  libbz2-dev liblzma-dev libzstd-dev liblz4-dev libsqlite3-dev libyaml-cpp-dev libyaml-dev libre2-dev libcli11-dev libcurl4-openssl-dev libexpat1-dev libutf8proc-dev python3"
tests="libgtest-dev libgmock-dev librapidcheck-dev clang-16 clang-tidy-16 clang-format-16 libclang-rt-16-dev strace
  valgrind python3-venv python3-yaml prometheus openssl libclamav12 libncurses6"
# Peers of ./bench.
bench="libsimdjson-dev libisal-dev libxml2-dev libmagic-dev unzip libarchive-tools nginx-light wrk"
# What the static program of ./package links beyond that, and what packs it.
package="ca-certificates advancecomp"

case "${1:-}" in
  product) wanted=$product ;;
  package-x86_64) wanted="$product $package" ;;
  package-arm64) wanted="cmake ninja-build pkg-config python3 ca-certificates advancecomp g++-aarch64-linux-gnu qemu-user" ;;
  tests) wanted="$product $package $tests" ;;
  bench) wanted="$product $package $tests $bench" ;;
  *) echo "usage: scripts/packages.sh product|package-x86_64|package-arm64|tests|bench" >&2; exit 64 ;;
esac

missing=()
for package in $wanted; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

sudo=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "missing packages: ${missing[*]}; install them as root" >&2; exit 77; }
  sudo=(sudo)
fi
echo "installing: ${missing[*]}"
"${sudo[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
