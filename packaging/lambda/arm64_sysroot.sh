#!/usr/bin/env bash
# Unpacks Debian's arm64 packages that bootstrap links into a folder of its own: arm64_sysroot.sh FOLDER. Nothing is
# installed, and the machine's own architectures stay as they are: adding one would replace packages of this one.
set -euo pipefail

folder=$1
packages="libc6 libc6-dev linux-libc-dev libcrypt-dev libssl3 libssl-dev libcurl4 libcurl4-openssl-dev libdeflate0
  libdeflate-dev libboost1.81-dev libboost-json1.81.0 libboost-json1.81-dev libboost-container1.81.0
  libboost-container1.81-dev libboost-system1.81.0 libboost-system1.81-dev zlib1g zlib1g-dev libyaml-cpp0.7 libyaml-cpp-dev libyaml-0-2 libyaml-dev libre2-9 libre2-dev
  libexpat1 libexpat1-dev libbz2-1.0 libbz2-dev liblzma5 liblzma-dev liblz4-1 liblz4-dev libnghttp2-14 libnghttp2-dev libzstd1 libzstd-dev libsqlite3-0 libsqlite3-dev libcli11-dev libutf8proc2
  libutf8proc-dev"
wanted=$(echo $packages | tr ' ' '\n' | sort)
[ -f "$folder/packages.list" ] && [ "$wanted" = "$(cat "$folder/packages.list")" ] && exit 0

rm -rf "$folder"
mkdir -p "$folder/apt/lists/partial" "$folder/apt/cache/archives/partial" "$folder/debs" "$folder/root"
: >"$folder/apt/status"
apt=(apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures::=arm64 -o Dir::State::Lists="$PWD/$folder/apt/lists"
  -o Dir::State::Status="$PWD/$folder/apt/status" -o Dir::Cache="$PWD/$folder/apt/cache")
case $folder in /*) apt=("${apt[@]//$PWD\/\//\/}") ;; esac
"${apt[@]}" update
(cd "$folder/debs" && "${apt[@]}" -o APT::Sandbox::User=root download $packages)

# Which file is of which package, for the licences and the bill of materials.
for deb in "$folder"/debs/*.deb; do
  dpkg-deb -x "$deb" "$folder/root"
  name=$(dpkg-deb -W --showformat '${Package}\t${Version}\t${source:Package}\t${source:Version}\t${Architecture}' "$deb")
  dpkg-deb -c "$deb" | awk -v name="$name" '$6 ~ /\.(a|o)$/ {print substr($6, 2) "\t" name}'
done >"$folder/files.tsv"
echo "$wanted" >"$folder/packages.list"
