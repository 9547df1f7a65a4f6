# shellcheck shell=bash
# The one place for ports. All are counted from a base (7400); DAP_BASE_PORT moves them together.
# The choice is kept in .dap/ports.env, so later commands need not be told again.

declare -A PORT=()
declare -rA PORT_OFFSET=(
  [gateway]=0 [enrolment]=1 [goals]=2 [activity]=3 [notification]=4 [calendar]=5
  [gateway_metrics]=10 [enrolment_metrics]=11 [goals_metrics]=12 [activity_metrics]=13
  [notification_metrics]=14
  [mariadb]=20 [prometheus]=21 [smtp]=22
)

# Fills PORT from DAP_BASE_PORT, else from what an earlier `up` kept, else from the default.
load_ports() {
  local saved='' base name
  [[ ! -r $DAP_DIR/ports.env ]] || saved=$(sed -n 's/^DAP_BASE_PORT=//p' "$DAP_DIR/ports.env")
  base=${DAP_BASE_PORT:-${saved:-7400}}
  if [[ ! $base =~ ^[1-9][0-9]{3,4}$ ]] || ((base < 1024 || base > 65500)); then
    die "DAP_BASE_PORT=$base is no port to count from: give a number from 1024 to 65500"
  fi
  if [[ -n $saved && $saved != "$base" ]] && anything_running; then
    die "it runs with ports from $saved: run tools/dap down before moving to $base"
  fi
  for name in "${!PORT_OFFSET[@]}"; do PORT[$name]=$((base + PORT_OFFSET[$name])); done
  BASE_PORT=$base
}

save_ports() {
  {
    printf 'DAP_BASE_PORT=%s\n' "$BASE_PORT"
    for name in $(printf '%s\n' "${!PORT[@]}" | sort); do
      printf 'DAP_PORT_%s=%s\n' "${name^^}" "${PORT[$name]}"
    done
  } | write_private "$DAP_DIR/ports.env"
}

# Prints `name (pid N)` of who listens on a port, or nothing.
port_holder() {
  local line
  line=$(ss -Hltnp "sport = :$1" | head -n 1)
  [[ -n $line ]] || return 0
  if [[ $line =~ \(\"([^\"]+)\",pid=([0-9]+) ]]; then
    printf '%s (pid %s)' "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
  else
    printf "another user's process"
  fi
}

# The ports of one process.
ports_of() {
  printf '%s\n' "${PORT[$1]}"
  [[ -z ${PORT[$1_metrics]:-} ]] || printf '%s\n' "${PORT[$1_metrics]}"
  [[ $1 != gateway ]] || printf '%s\n' "${PORT[calendar]}"
}

# Ends tools/dap where a port that NAME is about to take is taken.
check_ports_free() {
  local port holder
  for port in $(ports_of "$1"); do
    holder=$(port_holder "$port")
    [[ -z $holder ]] ||
      die "port $port ($1) is taken by $holder: end it, or move all ports: DAP_BASE_PORT=8400 tools/dap up"
  done
}

# choose_base FIRST LAST: sets DAP_BASE_PORT to one from there whose ports are all free now, and fills
# PORT. For tests, which go below 32768: from there on the kernel hands ports to connections. Another
# process may still be faster, so who starts something on them tries again with others.
choose_base() {
  local offset taken=1
  while ((taken)); do
    DAP_BASE_PORT=$(($1 + RANDOM % ($2 - $1 + 1)))
    taken=0
    for offset in "${PORT_OFFSET[@]}"; do
      [[ -z $(port_holder $((DAP_BASE_PORT + offset))) ]] || taken=1
    done
  done
  load_ports
}

# Before any long step: whoever is not running will need its ports.
check_all_ports() {
  local name
  command -v ss >/dev/null || return 0 # a fresh machine; checked again before each start
  for name in "${SUPPORT[@]}" "${SERVICES[@]}"; do
    is_running "$name" || check_ports_free "$name"
  done
}
