# shellcheck shell=bash
# up, down, status, logs, clock, reset.

cmd_up() {
  (($# == 0)) || die "up takes no arguments: tools/dap help"
  prepare_state
  take_lock
  load_ports
  check_all_ports
  prepare_build run
  build dap-enrolment dap-goals dap-activity dap-notification dap-gateway dapctl
  save_ports
  make_secrets
  make_certificates
  make_jwks
  start_mariadb
  make_schemas
  start_smtp
  start_prometheus
  start_services
  load_sample
  show_summary
}

show_summary() {
  local role bearer
  cat <<TEXT

Everything is up and healthy.

  gateway      127.0.0.1:${PORT[gateway]} (gRPC over TLS, CA $DAP_DIR/tls/ca.pem)
  calendars    https://localhost:${PORT[calendar]}/calendars (feeds, by the address CreateCalendarFeed gives)
  prometheus   http://127.0.0.1:${PORT[prometheus]}
  mail         $DAP_DIR/mail (every message sent, one file each)
  database     mariadb --socket=$(mariadb_socket) --user=$(id -un)

Tokens, one a role (tools/dap token --role ROLE makes more):

TEXT
  for role in "${ROLES[@]}"; do
    bearer=$(token "$role")
    printf '  %-12s %s\n' "$role" "$bearer"
  done
  cat <<TEXT

Try next:

  tools/dap ctl call dap.enrolment.v1.EnrolmentService/ListCohorts '{"parent": "organisations/$(sample_value organisation)"}'
  tools/dap clock --working-days=11   (silence of ten working days is noticed; then look into $DAP_DIR/mail)
  tools/dap status
TEXT
}

# Clients first, what they stand on last.
cmd_down() {
  local name
  prepare_state
  take_lock
  anything_running || { say "Nothing is running."; return 0; }
  for name in gateway notification activity goals enrolment; do stop "$name" 30; done
  stop prometheus 30
  stop smtp 10
  stop mariadb 60
}

# Whether NAME answers.
is_healthy() {
  case $1 in
    mariadb | smtp | prometheus) "$1_healthy" ;;
    *) service_healthy "$1" ;;
  esac >/dev/null 2>&1
}

# One line a process; succeeds only where all are healthy.
cmd_status() {
  local name pid state all=0
  prepare_state
  load_ports
  printf '%-14s %-12s %8s %7s %10s %12s\n' PROCESS STATE PID PORT MEMORY "UP FOR"
  for name in "${SUPPORT[@]}" "${SERVICES[@]}"; do
    if pid=$(pid_of "$name"); then
      state=healthy
      is_healthy "$name" || { state=unhealthy; all=1; }
      printf '%-14s %-12s %8s %7s %7s MB %12s\n' "$name" "$state" "$pid" "${PORT[$name]}" \
        "$(awk '/^VmRSS:/ { print int($2 / 1024) }' "/proc/$pid/status")" \
        "$(ps -o etime= -p "$pid" | tr -d ' ')"
    else
      all=1
      printf '%-14s %-12s %8s %7s %10s %12s\n' "$name" stopped - "${PORT[$name]}" - -
    fi
  done
  ((all == 0)) || say "Not all is well: tools/dap up starts what is missing, tools/dap logs NAME says why"
  return "$all"
}

# logs [NAME] [-f]
cmd_logs() {
  local name='' argument
  local -a follow=() files=()
  for argument in "$@"; do
    case $argument in
      -f | --follow) follow=(-F) ;;
      -*) die "logs does not know $argument: tools/dap logs [NAME] [-f]" ;;
      *) name=$argument ;;
    esac
  done
  if [[ -n $name ]]; then
    [[ " ${SUPPORT[*]} ${SERVICES[*]} " == *" $name "* ]] ||
      die "no process $name: give one of ${SERVICES[*]} ${SUPPORT[*]}"
    files=("$DAP_DIR/log/$name.log")
  else
    for name in "${SERVICES[@]}"; do files+=("$DAP_DIR/log/$name.log"); done
  fi
  for name in "${files[@]}"; do [[ -e $name ]] || die "no log $name yet: run tools/dap up"; done
  exec tail -n 50 "${follow[@]}" "${files[@]}"
}

# The zone and the public holidays of the sample organisation (tools/dapctl/sample_organisation.cc),
# by which its working days and hours are counted.
SAMPLE_ZONE=Europe/London
SAMPLE_HOLIDAYS=$ROOT/libs/holidays/data/england-and-wales.txt

# clock [SHIFT|--working-days=N]: the seconds that the programme's clock is ahead of the machine's.
# Set, not added.
cmd_clock() {
  local shift=''
  (($# <= 1)) || die "clock takes one argument: a shift such as +90m, or --working-days=N"
  prepare_state
  case ${1:-} in
    '') ;;
    --working-days=*) shift=$(shift_to_working_day "${1#*=}") ;;
    *) shift=$(shift_seconds "$1") ;;
  esac
  [[ -z $shift ]] || printf '%d\n' "$shift" | write_private "$DAP_DIR/clock"
  shift=$(cat "$DAP_DIR/clock" 2>/dev/null || printf 0)
  say "The programme's clock says $(date -d "@$(($(date +%s) + shift))" '+%A %F %T %Z') (machine's $(printf '%+d' "$shift") s)"
}

# shift_seconds SHIFT: +90m and the like in seconds.
shift_seconds() {
  local factor=1
  [[ $1 =~ ^([+-]?)([0-9]{1,9})([smhdw]?)$ ]] ||
    die "$1 is no shift of the clock: give for example +11d, +90m, -2h or 0, or --working-days=11"
  case ${BASH_REMATCH[3]} in
    m) factor=60 ;;
    h) factor=3600 ;;
    d) factor=86400 ;;
    w) factor=604800 ;;
  esac
  printf '%s%d' "${BASH_REMATCH[1]#+}" $((10#${BASH_REMATCH[2]} * factor))
}

# shift_to_working_day N [NOW]: the seconds to 10:00 of the Nth working day after today.
# What is due after so many working days is due then, and goes out at once: it is within the hours
# of sending.
shift_to_working_day() {
  local weekday now=${2:-$(date +%s)} days=0 left=$1 today then
  [[ $1 =~ ^[1-9][0-9]{0,2}$ ]] || die "$1 is no number of working days: give 1 to 999"
  today=$(TZ=$SAMPLE_ZONE date -d "@$now" +%F)
  weekday=$(TZ=$SAMPLE_ZONE date -d "@$now" +%u)
  while ((left)); do
    days=$((days + 1))
    weekday=$((weekday % 7 + 1))
    ((weekday <= 5)) || continue
    then=$(TZ=$SAMPLE_ZONE date -d "$today + $days days" +%F)
    grep -q "^$then " "$SAMPLE_HOLIDAYS" || left=$((left - 1))
  done
  printf '%d' $(($(TZ=$SAMPLE_ZONE date -d "$then 10:00" +%s) - now))
}

# park SERVICE PRODUCER/PARTITION/POSITION: SERVICE passes over an event that it can't apply.
cmd_park() {
  local -a COMMAND
  (($# == 2)) || die "park takes a service and an event: tools/dap park activity goals/3/1042"
  [[ " ${STORES[*]} " == *" $1 "* ]] || die "no service $1 that applies events: give one of ${STORES[*]}"
  [[ -x $BIN/dap-$1 ]] || die "nothing is built yet: run tools/dap up"
  load_ports
  service_command "$1"
  "${COMMAND[@]}" "--park=$2"
}

# Deletes data and logs; keeps keys, certificates, passwords and ports.
cmd_reset() {
  local answer=''
  if [[ ${1:-} != --yes ]]; then
    [[ -t 0 ]] || die "reset deletes the database, mail and metrics of $DAP_DIR: say tools/dap reset --yes"
    read -r -p "Delete the database, mail and metrics of $DAP_DIR? [y/N] " answer
    [[ $answer == [yY]* ]] || { say "Nothing was deleted."; return 0; }
  fi
  cmd_down
  rm -rf "${DAP_DIR:?}"/{mariadb,prometheus,mail,log,run,clock,sample}
  say "Deleted the data. tools/dap up starts afresh."
}
