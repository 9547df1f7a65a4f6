#!/usr/bin/env bash
# Every shell script of the repository passes shellcheck.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mapfile -t scripts < <(find tools tests deploy k8s .ci libs services -name node_modules -prune -o \
  -type f -print0 | xargs -0 grep -lE -m 1 '^#!.*[/ ](ba)?sh$|^# shellcheck shell=' | sort)
[[ " ${scripts[*]} " == *" tools/dap "* ]] || { echo "found no scripts to check" >&2; exit 1; }
# tools/dap takes in tools/lib, which is checked with it; alone, its parts would look unused.
mapfile -t scripts < <(printf '%s\n' "${scripts[@]}" | grep -v '^tools/lib/')
shellcheck --external-sources --check-sourced "${scripts[@]}"
echo "${#scripts[@]} scripts and tools/lib are clean"
