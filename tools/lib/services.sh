# shellcheck shell=bash
# The five processes: their flags, migrations and starts.

TOKEN_ISSUER=https://dap.internal
TOKEN_AUDIENCE=dap
MAIL_FROM=digital-action-plan@dap.internal

# Fills COMMAND with the command line of a service.
service_command() {
  local name=$1 peer
  COMMAND=("$BIN/dap-$name"
    "--listen=127.0.0.1:${PORT[$name]}"
    "--metrics_listen=127.0.0.1:${PORT[${name}_metrics]}"
    "--tls_ca=$DAP_DIR/tls/ca.pem"
    "--tls_cert=$DAP_DIR/tls/$name.pem"
    "--tls_key=$DAP_DIR/tls/$name.key"
    "--page_token_key_file=$DAP_DIR/secrets/page-token.key")
  for peer in "${STORES[@]}"; do
    [[ $peer == "$name" ]] || COMMAND+=("--$peer=127.0.0.1:${PORT[$peer]}")
  done
  case $name in
    gateway)
      COMMAND+=("${GATEWAY_FLAGS[@]}" "--calendar_listen=127.0.0.1:${PORT[calendar]}")
      ;;
    *) add_store_flags "$name" ;;
  esac
  [[ $name != enrolment ]] ||
    COMMAND+=("--calendar_url=https://localhost:${PORT[calendar]}/calendars")
  [[ $name != notification ]] ||
    COMMAND+=("--smtp_url=smtp://127.0.0.1:${PORT[smtp]}" "--mail_from=$MAIL_FROM")
}

# The gateway takes no clock file: tokens are made and end by the machine's clock, also while the
# programme's clock is moved.
GATEWAY_FLAGS=(
  "--jwks_file=$DAP_DIR/jwks.json"
  "--token_issuer=$TOKEN_ISSUER"
  "--token_audience=$TOKEN_AUDIENCE"
)

add_store_flags() {
  COMMAND+=("--db_host=127.0.0.1"
    "--db_port=${PORT[mariadb]}"
    "--db_user=dap_$1"
    "--db_password_file=$DAP_DIR/secrets/dap_$1.password"
    "--db_schema=dap_$1"
    "--clock_file=$DAP_DIR/clock")
}

# Starts what is not running as it should: all migrations first, then the processes in order, so that
# nobody meets a neighbour of another version for longer than need be.
start_services() {
  local name
  local -a COMMAND stale=()
  for name in "${SERVICES[@]}"; do
    service_command "$name"
    is_current "$name" "$(service_stamp "$name")" || stale+=("$name")
  done
  for name in "${stale[@]}"; do
    [[ $name == gateway ]] || migrate "$name"
  done
  for name in "${stale[@]}"; do
    service_command "$name"
    stop "$name" 30
    say "Starting $name on port ${PORT[$name]}"
    launch "$name" "$(service_stamp "$name")" "${COMMAND[@]}"
  done
  for name in "${SERVICES[@]}"; do await "$name" 60 service_healthy "$name"; done
}

# Over the COMMAND of the caller and the files a service reads once, at its start.
service_stamp() {
  local secret=$DAP_DIR/secrets/dap_$1.password
  [[ $1 != gateway ]] || secret=$DAP_DIR/jwks.json
  stamp_of "$DAP_DIR/tls/ca.pem" "$DAP_DIR/tls/$1.pem" "$DAP_DIR/secrets/page-token.key" "$secret" \
    -- "${COMMAND[@]}"
}

migrate() {
  local -a COMMAND
  service_command "$1"
  step "Migrating the schema of $1" "migrate-$1" "${COMMAND[@]}" --migrate
}

# gRPC's own health protocol, spoken over mutual TLS with the gateway's certificate.
service_healthy() {
  timeout 5 "$BIN/dapctl" health "--tls_ca=$DAP_DIR/tls/ca.pem" \
    "--tls_cert=$DAP_DIR/tls/gateway.pem" "--tls_key=$DAP_DIR/tls/gateway.key" \
    "127.0.0.1:${PORT[$1]}"
}
