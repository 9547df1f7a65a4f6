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
unset DAP_BASE_PORT # the caller's own system is not meant
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

# Another process may take a port between the look and the start: then up tries again with others.
up_once() {
  choose_base 20000 32700 # tools/dap_test.sh has the ports below
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
