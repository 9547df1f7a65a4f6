# shellcheck shell=bash
# What stands beside the services: Prometheus and the local mail server.

# The template of deploy/prometheus with this clone's ports and paths.
write_prometheus_config() {
  local name
  local -a edits=(-e "s|@ALERTS@|$ROOT/deploy/prometheus/alerts.yml|g"
    -e "s|@PROMETHEUS@|127.0.0.1:${PORT[prometheus]}|g")
  for name in "${SERVICES[@]}"; do
    edits+=(-e "s|@${name^^}@|127.0.0.1:${PORT[${name}_metrics]}|g")
  done
  sed "${edits[@]}" "$ROOT/deploy/prometheus/prometheus.yml" |
    write_private "$DAP_DIR/prometheus/prometheus.yml"
}

start_prometheus() {
  local stamp config=$DAP_DIR/prometheus/prometheus.yml
  local -a command=("$(command -v prometheus)"
    "--config.file=$config"
    "--storage.tsdb.path=$DAP_DIR/prometheus/data"
    "--storage.tsdb.retention.time=15d"
    "--web.listen-address=127.0.0.1:${PORT[prometheus]}")
  write_prometheus_config
  stamp=$(stamp_of "$config" "$ROOT/deploy/prometheus/alerts.yml" -- "${command[@]}")
  if ! is_current prometheus "$stamp"; then
    stop prometheus 30
    say "Starting prometheus on port ${PORT[prometheus]}"
    launch prometheus "$stamp" "${command[@]}"
  fi
  await prometheus 60 prometheus_healthy
}

prometheus_healthy() {
  curl --silent --fail --noproxy '*' --max-time 2 "http://127.0.0.1:${PORT[prometheus]}/-/ready"
}

# Debian's Python by its path: one from elsewhere would not see Debian's aiosmtpd.
start_smtp() {
  local stamp sink=$ROOT/tools/smtp_sink.py
  local -a command=(/usr/bin/python3 "$sink" "--listen=127.0.0.1:${PORT[smtp]}"
    "--folder=$DAP_DIR/mail")
  stamp=$(stamp_of "$sink" -- "${command[@]}")
  if ! is_current smtp "$stamp"; then
    stop smtp 10
    say "Starting smtp on port ${PORT[smtp]}"
    launch smtp "$stamp" "${command[@]}"
  fi
  await smtp 30 smtp_healthy
}

# Its greeting, within two seconds.
smtp_healthy() {
  # shellcheck disable=SC2016  # expanded by the new shell
  timeout 2 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1"; read -r line <&3; printf "QUIT\r\n" >&3
    [[ $line == 220* ]]' smtp "${PORT[smtp]}" 2>/dev/null
}
