# shellcheck shell=bash
# What every part of tools/dap uses: where things are, how it speaks, how it fails.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
DAP_DIR=${DAP_DIR:-$ROOT/.dap}
BUILD_DIR=$ROOT/build/release
BIN=$BUILD_DIR/bin

# The five processes, in the order they are started.
SERVICES=(enrolment goals activity notification gateway)
# Those with a schema.
STORES=(enrolment goals activity notification)
# What they stand on, in the order it is started.
SUPPORT=(mariadb smtp prometheus)

say() { printf '%s\n' "$*"; }

# Every failure is this one line: the cause, then what to do.
die() {
  printf 'dap: %s\n' "$*" >&2
  exit 1
}

# Makes the private folders. All that is secret or personal is below them, so nobody else gets in.
prepare_state() {
  local folder
  [[ ! -e $DAP_DIR || -O $DAP_DIR ]] ||
    die "$DAP_DIR belongs to $(stat -c %U "$DAP_DIR"): run tools/dap as that user, or set DAP_DIR to a folder of your own"
  for folder in "$DAP_DIR"/{log,run,secrets,tls,mariadb,prometheus,mail}; do
    (umask 077 && mkdir -p "$folder" 2>/dev/null) ||
      die "cannot make $folder: check the rights and the free space of $(dirname "$DAP_DIR"), or set DAP_DIR"
  done
}

# One tools/dap at a time changes things. Held by file descriptor 9 until this process ends; what it
# starts for good closes 9 (see launch).
take_lock() {
  exec 9>>"$DAP_DIR/lock"
  flock --nonblock 9 || die "another tools/dap is at work in $DAP_DIR: wait until it is done"
}

# Writes standard input to FILE, readable by its owner only, whole or not at all.
write_private() {
  local file=$1
  (umask 077 && cat >"$file.new") && mv "$file.new" "$file"
}

# The last line of a log that says something; the cause of most failures.
last_line() { sed -e 's/\r/\n/g' "$1" 2>/dev/null | awk 'NF { line = $0 } END { print line }'; }

# What went wrong, from the log of a step: the tool's own line if it wrote one, else the first that
# speaks of an error, else the last.
failure_of() {
  local line pattern
  for pattern in '^dap: ' '^E: ' '(^|[^a-z])(error|fatal|failed|cannot|could)'; do
    if line=$(grep -m 1 -iE "$pattern" "$1"); then
      printf '%s' "${line#dap: }"
      return
    fi
  done
  last_line "$1"
}

# step TITLE LOG COMMAND...: runs COMMAND with its output in the log LOG and shows how long it takes.
# A failure ends tools/dap with the cause.
step() {
  local title=$1 log=$DAP_DIR/log/$2.log started=$SECONDS child
  shift 2
  set -m # a process group of its own, so that an interrupt can end all of it
  ("$@") >"$log" 2>&1 </dev/null &
  child=$!
  set +m
  trap 'end_group "$child"; exit 130' INT TERM
  watch_child "$child" "$title"
  trap - INT TERM
  if wait "$child"; then
    show_done "$title" $((SECONDS - started))
  else
    [[ ! -t 1 ]] || printf '\n'
    die "$title failed: $(failure_of "$log") (all of it: $log)"
  fi
}

# Ends a process group, and waits until it has ended: what runs next must not meet it.
end_group() {
  local started=$SECONDS signal=TERM
  while kill "-$signal" -- "-$1" 2>/dev/null; do
    sleep 0.1
    ((SECONDS - started < 10)) || signal=KILL
  done
}

# Shows TITLE and the seconds while CHILD runs: in place on a terminal, else a line now and then.
watch_child() {
  local child=$1 title=$2 started=$SECONDS told=$SECONDS
  while kill -0 "$child" 2>/dev/null; do
    if [[ -t 1 ]]; then
      printf '\r\033[K%s ... %d s' "$title" $((SECONDS - started))
    elif ((SECONDS - told >= 15)); then
      told=$SECONDS
      say "$title ... $((SECONDS - started)) s"
    fi
    sleep 0.1
  done
}

show_done() {
  [[ ! -t 1 ]] || printf '\r\033[K'
  say "$1: done in $2 s"
}

# Ends with one line where the disk is nearly full: half-written data is worse than a refusal.
check_disk() {
  local free
  free=$(df --output=avail -m "$DAP_DIR" | tail -n 1)
  ((free >= 1024)) || die "only $((free)) MB free at $DAP_DIR: make room, 1024 MB are needed"
}
