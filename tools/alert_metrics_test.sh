#!/usr/bin/env bash
# Prometheus takes the alert rules, and every metric that they name is made by some code: an alert on
# a metric that nobody writes never fires, and nobody would notice.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

promtool check rules deploy/prometheus/alerts.yml

missing=0
while read -r metric; do
  name=$(sed -E 's/_(bucket|count|sum)$//' <<<"$metric")
  if ! grep -rqF --include='*.cc' --include='*.h' --exclude='*_test.cc' "\"$name\"" libs services; then
    echo "no code makes $name, which deploy/prometheus/alerts.yml names" >&2
    missing=1
  fi
done < <(grep -oE '\b(dap|process)_[a-z_]+' deploy/prometheus/alerts.yml | sort -u)
exit "$missing"
