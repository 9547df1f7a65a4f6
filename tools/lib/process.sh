# shellcheck shell=bash
# Background processes: started apart from the terminal, known by pid file, restarted when what they
# run has changed. .dap/run/NAME.pid holds `pid start-time`, so that a number used again by a
# stranger is never taken for ours; NAME.stamp holds a digest of the program and its settings.

# Prints `state start-time` of a pid, as the kernel tells it; fails where there is none.
process_facts() {
  local stat
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
  # The name in brackets may hold anything, spaces included: count from the last bracket.
  # shellcheck disable=SC2086
  set -- ${stat##*) }
  printf '%s %s' "$1" "${20}"
}

# Prints the pid of NAME; fails where it is not running.
pid_of() {
  local pid started facts
  { read -r pid started <"$DAP_DIR/run/$1.pid"; } 2>/dev/null || return 1
  facts=$(process_facts "$pid") || return 1
  [[ $facts != Z* && ${facts#* } == "$started" ]] || return 1
  printf '%s' "$pid"
}

is_running() { pid_of "$1" >/dev/null; }

anything_running() {
  local name
  for name in "${SERVICES[@]}" "${SUPPORT[@]}"; do ! is_running "$name" || return 0; done
  return 1
}

# stamp_of FILE... -- COMMAND...: a digest of what a process is made from, its command line and the
# files it reads once.
stamp_of() {
  local -a files=()
  while [[ $1 != -- ]]; do
    files+=("$1")
    shift
  done
  shift
  {
    printf '%s\0' "$@"
    sha256sum "$1" "${files[@]}"
  } | sha256sum | cut -d' ' -f1
}

# Whether NAME runs just what stamp_of was given.
is_current() {
  is_running "$1" && [[ $(cat "$DAP_DIR/run/$1.stamp" 2>/dev/null) == "$2" ]]
}

# Keeps three logs of NAME, each begun when the one before it passed 10 MB.
rotate_log() {
  local log=$DAP_DIR/log/$1.log
  (($(stat -c %s "$log" 2>/dev/null || printf 0) > 10000000)) || return 0
  [[ ! -e $log.1 ]] || mv "$log.1" "$log.2"
  mv "$log" "$log.1"
}

# launch NAME STAMP COMMAND...: starts it and writes its pid file. The new process writes the file
# itself, before it becomes COMMAND: were this tool killed just now, the process would still be known.
launch() {
  local name=$1 stamp=$2 pid_file=$DAP_DIR/run/$1.pid
  shift 2
  check_ports_free "$name"
  rotate_log "$name"
  rm -f "$pid_file"
  # shellcheck disable=SC2016  # expanded by the new shell
  setsid bash -c '
    file=$1; shift
    stat=$(<"/proc/$$/stat"); read -r -a facts <<<"${stat##*) }"
    printf "%s %s\n" "$$" "${facts[19]}" >"$file.new" && mv "$file.new" "$file"
    exec "$@"' launch "$pid_file" "$@" </dev/null >>"$DAP_DIR/log/$name.log" 2>&1 9>&- &
  disown
  until [[ -e $pid_file ]] || ! kill -0 $! 2>/dev/null; do sleep 0.02; done
  printf '%s\n' "$stamp" >"$DAP_DIR/run/$name.stamp"
}

# Stops NAME: SIGTERM, up to GRACE seconds to drain, then SIGKILL, which is told.
stop() {
  local name=$1 grace=$2 pid started=$SECONDS
  pid=$(pid_of "$name") || { rm -f "$DAP_DIR/run/$name.pid"; return 0; }
  kill -TERM "$pid" 2>/dev/null || true
  while is_running "$name"; do
    if ((SECONDS - started >= grace)); then
      say "$name did not end within $grace s of SIGTERM: killed"
      kill -KILL "$pid" 2>/dev/null || true
      grace=$((grace + 5))
    fi
    sleep 0.05
  done
  rm -f "$DAP_DIR/run/$name.pid"
  say "Stopped $name"
}

# await NAME SECONDS CHECK...: waits until CHECK succeeds. Ends tools/dap where the process dies or
# the time is over, with the last thing it logged.
await() {
  local name=$1 limit=$2 started=$SECONDS
  shift 2
  until "$@" >/dev/null 2>&1; do
    is_running "$name" ||
      die "$name did not start: $(last_line "$DAP_DIR/log/$name.log") (tools/dap logs $name)"
    ((SECONDS - started < limit)) ||
      die "$name is not healthy after $limit s: $(last_line "$DAP_DIR/log/$name.log") (tools/dap logs $name)"
    [[ ! -t 1 ]] || printf '\r\033[KWaiting for %s ... %d s' "$name" $((SECONDS - started))
    sleep 0.1
  done
  [[ ! -t 1 ]] || printf '\r\033[K'
}
