# shellcheck shell=bash
# Configuring, building, testing and measuring the release preset.

# Compilers at once: one a core, fewer where memory is short (a gRPC source takes a gigabyte or so).
build_jobs() {
  local jobs memory
  memory=$(awk '/^MemAvailable:/ { print int($2 / 1500000) }' /proc/meminfo)
  jobs=$(nproc)
  ((jobs <= memory)) || jobs=$memory
  printf '%s' $((jobs > 0 ? jobs : 1))
}

configure() { cd "$ROOT" && cmake --preset release; }

# The lock of the build folder is in it, so a folder that cannot be written would look locked.
check_build_folder() {
  { mkdir -p "$ROOT/build" && : >>"$ROOT/build/.lock"; } 2>/dev/null ||
    die "cannot write $ROOT/build: give it to $(id -un), or run tools/dap as $(stat -c %U "$ROOT")"
}

# build [TARGET...]: everything by default. ninja shows its own progress.
build() {
  local started=$SECONDS
  check_build_folder
  if [[ ! -e $BUILD_DIR/build.ninja ]]; then
    step "Configuring the build" configure configure
  fi
  # Two ninjas in one folder would undo each other's work: the second waits.
  flock "$ROOT/build/.lock" ninja -C "$BUILD_DIR" -j "$(build_jobs)" "$@" ||
    die "the build failed: mend what the compiler says above, then run the same command again"
  say "Build: done in $((SECONDS - started)) s"
}

prepare_build() {
  prepare_state
  check_disk
  install_packages build "$@"
  install_npm_packages
}

cmd_build() {
  prepare_build run
  build "$@"
}

cmd_test() {
  prepare_build run test
  build
  # Two tests a core: most wait for a server or a deadline rather than compute.
  exec ctest --test-dir "$BUILD_DIR" --output-on-failure --timeout 600 -j $((2 * $(nproc))) "$@"
}

# tests/bench/run finds the programs in DAP_BIN; it prints a table and writes JSON.
cmd_bench() {
  local run=$ROOT/tests/bench/run
  [[ -x $run ]] || die "$run is not there or not executable: check out the whole repository"
  prepare_build run bench
  build
  DAP_BIN=$BIN exec "$run" "$@"
}
