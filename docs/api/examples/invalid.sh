#!/usr/bin/env bash
# What is wrong with the newest invalid files: one line a finding. Needs curl and jq.
#   SCALPER_URL=http://127.0.0.1:8080 [SCALPER_TOKEN=...] ./invalid.sh [PREFIX]
set -euo pipefail
url=${SCALPER_URL:-http://127.0.0.1:8080}
credential=()
[ -z "${SCALPER_TOKEN:-}" ] || credential=(-H "Authorization: Bearer $SCALPER_TOKEN")
ask() { curl --silent --show-error --fail-with-body --max-time 30 "${credential[@]}" --get "$@"; }

ask "$url/v1/files" --data status=invalid --data limit=20 --data-urlencode "prefix=${1:-}" | jq -r '.files[].id' |
  while read -r id; do
    key=$(ask "$url/v1/files/$id" | jq -r .key)
    ask "$url/v1/files/$id/report" | jq -r --arg key "$key" '.findings[] | "\($key): \(.code): \(.message)"'
  done
