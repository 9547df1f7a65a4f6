# shellcheck shell=bash
# Debian packages (tools/packages.txt) and npm packages (tools/package-lock.json), installed only
# where something is missing.

# Prints the packages listed for the given occasions, one a line, without those that a command
# already there makes unnecessary.
packages_for() {
  local wanted=" $* " when package rest
  while IFS='|' read -r when package rest; do
    when=${when// /}
    [[ -n $when && $when != \#* && $wanted == *" $when "* ]] || continue
    if [[ $package =~ ^\ *([^\ ]+)\ +\(([^\)]+)\) ]]; then
      command -v "${BASH_REMATCH[2]}" >/dev/null || printf '%s\n' "${BASH_REMATCH[1]}"
    else
      printf '%s\n' "${package// /}"
    fi
  done <"$ROOT/tools/packages.txt"
}

# Of the packages listed for the given occasions, those that are not installed.
missing_packages() {
  local installed package
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' 2>/dev/null | sed -n 's/^installed //p')
  for package in $(packages_for "$@"); do
    grep -qxF -- "$package" <<<"$installed" || printf '%s\n' "$package"
  done
}

# Runs a command as root, through sudo where need be.
as_root() {
  if ((EUID == 0)); then "$@"; else sudo --non-interactive "$@"; fi
}

# Sees to it that as_root will work, asking for a password where somebody can answer.
check_can_install() {
  local packages=$1
  if ((EUID == 0)) || sudo --non-interactive true 2>/dev/null; then return 0; fi
  if [[ -t 0 ]] && sudo -v 2>/dev/null; then return 0; fi
  die "not allowed to install packages: as root, run: apt-get install --no-install-recommends $packages"
}

install_packages() {
  local -a missing
  command -v dpkg-query >/dev/null || die "this is not Debian: Debian 12 is needed (a container will do)"
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]})) || return 0
  check_can_install "${missing[*]}"
  say "Missing Debian packages: ${missing[*]}"
  step "Fetching Debian's package lists" apt-update apt_get update
  step "Installing ${#missing[@]} Debian packages" apt-install apt_install "${missing[@]}"
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=120 \
    -o Acquire::Retries=3 -o APT::Update::Error-Mode=any "$@"
}

# Nothing system-wide is to run because of us: the one package of the list that starts a service
# gets it stopped again, if it was this installation that brought it.
apt_install() {
  as_root dpkg --configure -a # ends what an interrupted installation left open
  apt_get install --yes --no-install-recommends "$@"
  if [[ " $* " == *" prometheus "* && -d /run/systemd/system ]]; then
    as_root systemctl disable --now prometheus.service
  fi
}

install_npm_packages() {
  local lock=$ROOT/tools/package-lock.json done=$ROOT/tools/node_modules/.package-lock.json
  [[ ! -e $done || $lock -nt $done ]] || return 0
  step "Fetching npm packages" npm npm_ci
}

# No package's own scripts run: buf's program comes ready in a package of its own.
npm_ci() {
  cd "$ROOT/tools" || return
  npm ci --ignore-scripts --no-audit --no-fund
  touch node_modules/.package-lock.json
}
