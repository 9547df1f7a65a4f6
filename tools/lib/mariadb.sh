# shellcheck shell=bash
# The private MariaDB: data in .dap/mariadb/data, a socket beside it, one port on loopback. Settings
# are deploy/mariadb/dap.cnf; only what differs from clone to clone is said here.
#
# The superuser has no password and needs none: the server knows the account that runs it by the
# socket (unix_socket), and nobody over TCP.

mariadb_socket() { printf '%s' "$DAP_DIR/mariadb/server.sock"; }

# root_sql [ARGUMENT...]: the client as superuser; statements on standard input.
root_sql() {
  mariadb --no-defaults --socket="$(mariadb_socket)" --user="$(id -un)" --batch --skip-column-names "$@"
}

# Fills COMMAND with the server's command line.
mariadb_command() {
  COMMAND=("$(PATH=$PATH:/usr/sbin command -v mariadbd)"
    "--defaults-file=$ROOT/deploy/mariadb/dap.cnf"
    "--user=$(id -un)"
    "--datadir=$DAP_DIR/mariadb/data"
    "--tmpdir=$DAP_DIR/mariadb/tmp"
    "--socket=$(mariadb_socket)"
    "--pid-file=$DAP_DIR/mariadb/server.pid"
    "--port=${PORT[mariadb]}"
    "--ssl-ca=$DAP_DIR/tls/ca.pem"
    "--ssl-cert=$DAP_DIR/tls/mariadb.pem"
    "--ssl-key=$DAP_DIR/tls/mariadb.key")
}

# The data folder is made beside its place and moved there whole, so that an interrupted first run
# leaves nothing half-made to stumble over. --force: also where no name server knows this machine. The
# folder is named from within, because mariadb-install-db takes no path with a space.
mariadb_make_data() {
  cd "$DAP_DIR/mariadb" || return
  rm -rf data.new
  mariadb-install-db --no-defaults --user="$(id -un)" --datadir=./data.new --skip-test-db --force \
    --auth-root-authentication-method=socket || return
  mv data.new data
}

start_mariadb() {
  local stamp
  local -a COMMAND
  # A Unix socket's path ends at 107 bytes.
  (($(mariadb_socket | wc -c) <= 103)) ||
    die "the path $(mariadb_socket) is too long for a socket: set DAP_DIR to a folder with a shorter path"
  [[ -d $DAP_DIR/mariadb/data ]] || step "Making the database's folder" mariadb-install mariadb_make_data
  # Its own: a server that starts deletes the temporary tables of whoever shares the folder.
  mkdir -p "$DAP_DIR/mariadb/tmp"
  mariadb_command
  stamp=$(stamp_of "$ROOT/deploy/mariadb/dap.cnf" "$DAP_DIR/tls/mariadb.pem" -- "${COMMAND[@]}")
  if ! is_current mariadb "$stamp"; then
    stop mariadb 60
    say "Starting mariadb on port ${PORT[mariadb]}"
    launch mariadb "$stamp" "${COMMAND[@]}"
  fi
  # Crash recovery may take its time.
  await mariadb 120 mariadb_healthy
}

mariadb_healthy() { root_sql --connect-timeout=2 --execute="SELECT 1"; }

# A schema and a user a service, the user with rights on its own schema only. Makes what is missing,
# puts a password right that was changed, and is otherwise without effect.
make_schemas() {
  local service
  for service in "${STORES[@]}"; do schema_sql "dap_$service"; done | root_sql ||
    die "could not make the schemas and users: see tools/dap logs mariadb"
}

# In a GRANT, _ stands for any character unless escaped.
schema_sql() {
  local password
  password=$(<"$DAP_DIR/secrets/$1.password")
  cat <<SQL
CREATE DATABASE IF NOT EXISTS \`$1\` CHARACTER SET utf8mb4;
CREATE USER IF NOT EXISTS '$1'@'127.0.0.1' IDENTIFIED BY '$password';
ALTER USER '$1'@'127.0.0.1' IDENTIFIED BY '$password';
GRANT ALL PRIVILEGES ON \`${1//_/\\_}\`.* TO '$1'@'127.0.0.1';
SQL
}
