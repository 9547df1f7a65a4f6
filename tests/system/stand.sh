#!/usr/bin/env bash
# stand.sh BIN FOLDER COMMAND…: the whole system for a test, started by what tools/dap starts it with.
#
#   up            everything but Prometheus, on free ports, without building or sample data; prints
#                 nothing but trouble, and leaves FOLDER/ports.env
#   down          stops everything
#   start NAME…   starts these where they are not running
#   stop NAME…    SIGTERM
#   kill NAME…    SIGKILL
set -Eeuo pipefail
shopt -s inherit_errexit

export DAP_DIR=$2
tools=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../../tools/lib
for part in common process ports secrets mariadb support services; do
  # shellcheck source=/dev/null
  source "$tools/$part.sh"
done
# shellcheck disable=SC2034  # the parts above start programs from it
BIN=$1
command=$3
shift 3

# The rate of a caller is not what these tests are about, and one caller stands for many.
GATEWAY_FLAGS+=(--calls_per_second=100000 --calls_burst=100000)

# A base whose ports are all free now. Another test may be faster: then a start fails, and up tries
# again with others.
choose_ports() {
  local offset taken=1
  while ((taken)); do
    DAP_BASE_PORT=$((20000 + RANDOM % 30000))
    taken=0
    for offset in "${PORT_OFFSET[@]}"; do
      [[ -z $(port_holder $((DAP_BASE_PORT + offset))) ]] || taken=1
    done
  done
  load_ports
}

up_once() {
  choose_ports
  save_ports
  start_mariadb
  make_schemas
  start_smtp
  start_services
}

up() {
  local attempt
  prepare_state
  make_secrets
  make_certificates
  make_jwks
  for attempt in 1 2 3; do
    if (up_once); then return; fi
    echo "attempt $attempt failed" >&2
    down
  done
  return 1
}

down() {
  local name
  for name in gateway notification activity goals enrolment smtp mariadb; do stop "$name" 20; done
}

start() {
  local name
  for name in "$@"; do
    case $name in
      mariadb | smtp) "start_$name" ;;
      *) start_services ;;
    esac
  done
}

# Returns when they are gone, so that a start that follows is one.
kill_hard() {
  local name
  for name in "$@"; do
    kill -KILL "$(pid_of "$name")"
    while is_running "$name"; do sleep 0.02; done
  done
}

case $command in
  up) up ;;
  down) load_ports && down ;;
  start) load_ports && start "$@" ;;
  stop) load_ports && for name in "$@"; do stop "$name" 30; done ;;
  kill) load_ports && kill_hard "$@" ;;
  *) die "stand.sh knows no $command" ;;
esac >&2
