#!/usr/bin/env bash
# buf.sh lint|breaking PROTOC BUF ROOT:ROOT…
#
# Holds the protos to buf's STANDARD and COMMENTS rules, and to the promise that what is released stays
# compatible: `breaking` compares them with the last release tag (v*), or where there is none yet with
# the commit before. buf is given images that protoc made, so it needs no modules of its own.
set -euo pipefail
shopt -s inherit_errexit

check=$1 protoc=$2 buf=$3
IFS=: read -ra roots <<<"$4"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The tests may be run by another user than the clone's owner, as in a container.
repo_git() { git -c safe.directory='*' "$@"; }

# fail WORD...: nothing was compared, and that must not pass for compatible.
fail() {
  echo "cannot tell what was released: $*" >&2
  exit 1
}

# Prints the commit to compare with; nothing where the history begins here.
base_commit() {
  local parents
  command -v git >/dev/null || fail "install git"
  repo_git cat-file -e HEAD || fail "run the tests in a clone made by git"
  repo_git describe --tags --abbrev=0 --match 'v*' 2>/dev/null && return
  [[ $(repo_git rev-parse --is-shallow-repository) == false ]] ||
    fail "the clone is shallow and has no release tag: git fetch --unshallow --tags"
  parents=$(repo_git rev-list --parents --max-count=1 HEAD)
  [[ $parents != *' '* ]] || repo_git rev-parse --verify HEAD~1
}

# image PROTO_FOLDER OUT
image() {
  local folder=$1 out=$2 paths=("--proto_path=$1") root
  for root in "${roots[@]:1}"; do paths+=("--proto_path=$root"); done
  (cd "$folder" && find dap -name '*.proto' | sort) |
    xargs "$protoc" "${paths[@]}" --include_imports --include_source_info -o "$out"
}

image "${roots[0]}" "$scratch/now.binpb"
case $check in
  lint)
    "$buf" lint "$scratch/now.binpb" --config proto/buf.yaml
    ;;
  breaking)
    base=$(base_commit)
    [[ -n $base ]] || { echo "this is the first commit: there is nothing to compare with"; exit 0; }
    mkdir "$scratch/base"
    repo_git archive "$base" proto | tar -x -C "$scratch/base"
    image "$scratch/base/proto" "$scratch/base.binpb"
    "$buf" breaking "$scratch/now.binpb" --against "$scratch/base.binpb" --config proto/buf.yaml
    ;;
  *)
    echo "usage: buf.sh lint|breaking PROTOC BUF ROOTS" >&2
    exit 2
    ;;
esac
