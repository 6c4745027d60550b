#!/usr/bin/env bash
# Puts Debian's clamd into build/clamav for the tests: fetched and unpacked, not installed. Installed it would bring
# freshclam, which fetches hundreds of megabytes of signatures, two services and a user. Its library is in packages.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

version=$(dpkg-query -W -f '${Version}' libclamav12)
folder=build/clamav
[ "$(cat "$folder/version" 2>/dev/null)" = "$version" ] && exit 0

fresh=$(mktemp -d build/clamav.XXXXXX)
trap 'rm -rf "$fresh"' EXIT
(cd "$fresh" && apt-get -qq -o APT::Sandbox::User=root download "clamav-daemon=$version")
dpkg-deb -x "$fresh"/clamav-daemon_*.deb "$fresh/root"
rm -rf "$folder"
mkdir -p "$folder"
mv "$fresh/root/usr/sbin/clamd" "$folder/clamd"
echo "$version" > "$folder/version"
