#!/usr/bin/env bash
# What tools/dap promises about the system it stands up: secrets stay private, certificates are right
# and renewed, each database user has its own schema only, what was killed comes back with its data,
# a taken port is named, and nobody else's process is taken for ours.
set -Eeuo pipefail
shopt -s inherit_errexit

unset DAP_BASE_PORT # the caller's own system is not meant
PLACE=$(mktemp -d)
DAP_DIR="$PLACE/a state" # a folder may have a space in its name
# shellcheck source=tools/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"
# shellcheck source=tools/lib/process.sh
source "$ROOT/tools/lib/process.sh"
# shellcheck source=tools/lib/ports.sh
source "$ROOT/tools/lib/ports.sh"
# shellcheck source=tools/lib/secrets.sh
source "$ROOT/tools/lib/secrets.sh"
# shellcheck source=tools/lib/mariadb.sh
source "$ROOT/tools/lib/mariadb.sh"
# shellcheck source=tools/lib/support.sh
source "$ROOT/tools/lib/support.sh"
# shellcheck source=tools/lib/commands.sh
source "$ROOT/tools/lib/commands.sh"

clean_up() {
  stop_all
  rm -rf "$PLACE"
}
trap clean_up EXIT
trap 'echo "FAILED in line $LINENO: $BASH_COMMAND" >&2' ERR

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

start_all() {
  choose_base 12000 19900 # tests/system/stand.sh has the ports above
  save_ports
  start_mariadb
  start_smtp
  start_prometheus
}

# Another process may take a port between the look and the start.
start_all_on_free_ports() {
  local attempt
  for attempt in 1 2 3; do
    if (start_all); then
      load_ports
      return
    fi
    echo "attempt $attempt failed" >&2
    stop_all
  done
  fail "could not start"
}

stop_all() {
  stop smtp 5
  stop prometheus 5
  stop mariadb 30
}

# as_user SCHEMA_USER SCHEMA: whether that user may use that schema, over TLS.
as_user() {
  MYSQL_PWD=$(<"$DAP_DIR/secrets/$1.password") mariadb --no-defaults --host=127.0.0.1 \
    --port="${PORT[mariadb]}" --user="$1" --ssl-ca="$DAP_DIR/tls/ca.pem" --ssl-verify-server-cert \
    --execute="CREATE TABLE IF NOT EXISTS kept (id INT PRIMARY KEY); INSERT IGNORE INTO kept VALUES (7)" "$2" 2>/dev/null
}

test_secrets_are_private() {
  local open
  open=$(find "$DAP_DIR" -maxdepth 1 -type d -perm /077 && find "$DAP_DIR"/{secrets,tls} -perm /077)
  [[ -z $open ]] || fail "others may read $open"
}

test_certificates_name_their_process() {
  openssl verify -CAfile "$DAP_DIR/tls/ca.pem" -verify_hostname goals.dap.internal "$DAP_DIR/tls/goals.pem" >/dev/null ||
    fail "the goals certificate does not name goals"
  ! openssl verify -CAfile "$DAP_DIR/tls/ca.pem" -verify_hostname gateway.dap.internal "$DAP_DIR/tls/goals.pem" >/dev/null 2>&1 ||
    fail "the goals certificate passes for the gateway's"
}

test_certificates_are_renewed_near_their_end_only() {
  local before after
  before=$(sha256sum "$DAP_DIR"/tls/*.pem)
  make_certificates
  after=$(sha256sum "$DAP_DIR"/tls/*.pem)
  [[ $before == "$after" ]] || fail "good certificates were made again"
  openssl req -new -key "$DAP_DIR/tls/goals.key" -subj "/CN=old" |
    openssl x509 -req -CA "$DAP_DIR/tls/ca.pem" -CAkey "$DAP_DIR/tls/ca.key" -set_serial 1 \
      -days $((RENEW_DAYS - 1)) 2>/dev/null | write_private "$DAP_DIR/tls/goals.pem"
  make_certificates
  certificate_good goals || fail "a certificate near its end was left"
}

test_users_have_their_own_schema_only() {
  as_user dap_goals dap_goals || fail "dap_goals cannot use its schema"
  ! as_user dap_goals dap_activity || fail "dap_goals can use dap_activity"
  root_sql --execute="CREATE DATABASE dapXgoals"
  ! as_user dap_goals dapXgoals || fail "the underscore in a grant matches any character"
  ! mariadb --no-defaults --host=127.0.0.1 --port="${PORT[mariadb]}" --user=root --execute="SELECT 1" 2>/dev/null ||
    fail "root gets in over TCP without a password"
}

test_a_killed_database_comes_back_with_its_data() {
  as_user dap_goals dap_goals || fail "dap_goals cannot use its schema"
  kill -KILL "$(pid_of mariadb)"
  while is_running mariadb; do sleep 0.02; done
  start_mariadb
  [[ $(root_sql --execute="SELECT id FROM dap_goals.kept") == 7 ]] || fail "the row is gone"
}

test_starting_again_changes_nothing() {
  local before
  before=$(pid_of mariadb)
  start_mariadb
  [[ $(pid_of mariadb) == "$before" ]] || fail "a running database was started again"
}

test_a_taken_port_is_named_with_its_holder() {
  local said
  said=$( (check_ports_free mariadb) 2>&1) && fail "a taken port passed for free"
  [[ $said == *"port ${PORT[mariadb]} (mariadb) is taken by mariadbd (pid $(pid_of mariadb))"* ]] ||
    fail "it said: $said"
}

test_a_pid_used_again_is_not_ours() {
  printf '%s 1\n' "$$" >"$DAP_DIR/run/goals.pid"
  ! is_running goals || fail "a stranger's process was taken for ours"
  stop goals 1
}

test_changed_settings_restart_a_process() {
  local before
  start_smtp
  before=$(pid_of smtp)
  start_smtp
  [[ $(pid_of smtp) == "$before" ]] || fail "an unchanged process was restarted"
  echo another >"$DAP_DIR/run/smtp.stamp"
  start_smtp
  [[ $(pid_of smtp) != "$before" ]] || fail "a changed process was left running"
}

# clock_from START: where --working-days=11 leads from there.
clock_from() {
  local now
  now=$(TZ=$SAMPLE_ZONE date -d "$1" +%s)
  TZ=$SAMPLE_ZONE date -d "@$((now + $(shift_to_working_day 11 "$now")))" '+%a %F %H:%M'
}

# From a working day, a weekend, over the change from summer time, and over Christmas.
test_the_clock_moves_to_a_working_morning() {
  local led
  led=$(clock_from "2026-11-24 23:40"; clock_from "2026-11-28 12:00"; clock_from "2026-10-21 00:30"
    clock_from "2026-12-18 10:00")
  [[ $led == $'Wed 2026-12-09 10:00\nMon 2026-12-14 10:00\nThu 2026-11-05 10:00\nThu 2027-01-07 10:00' ]] ||
    fail "eleven working days on is $led"
  DAP_DIR=$DAP_DIR "$ROOT/tools/dap" clock --working-days=0 2>/dev/null && fail "no working days were taken for some"
  [[ ! -e $DAP_DIR/clock ]] || fail "a wrong command moved the clock"
}

test_prometheus_takes_its_settings() { start_prometheus; }

prepare_state
make_secrets
make_certificates
start_all_on_free_ports
make_schemas
for name in $(compgen -A function test_); do
  echo "$name"
  "$name"
done
