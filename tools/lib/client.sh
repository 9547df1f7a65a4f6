# shellcheck shell=bash
# dapctl with this clone's gateway, keys and sample people filled in.

ROLES=(PARTICIPANT PATRON COACH ORG_ADMIN HR_SYSTEM OPERATOR)

# Loads the sample organisation through the gateway, where the gateway does not know it yet, and
# keeps who is who in .dap/sample: lines `organisation ID` and `ROLE SUBJECT`.
load_sample() {
  step "Loading the sample organisation" sample write_sample
}

write_sample() {
  "$BIN/dapctl" sample "--gateway=127.0.0.1:${PORT[gateway]}" "--tls_ca=$DAP_DIR/tls/ca.pem" \
    "--token_key=$DAP_DIR/secrets/token.key.pem" "--token_issuer=$TOKEN_ISSUER" \
    "--token_audience=$TOKEN_AUDIENCE" "--known=$DAP_DIR/sample" >"$DAP_DIR/sample.new"
  mv "$DAP_DIR/sample.new" "$DAP_DIR/sample"
}

# sample_value KEY: the second word of its line.
sample_value() { awk -v key="$1" '$1 == key { print $2; exit }' "$DAP_DIR/sample" 2>/dev/null; }

# token ROLE [SUBJECT]: a bearer token, of the sample's person of that role unless told otherwise.
token() {
  local role=$1 subject=${2:-} organisation
  [[ " ${ROLES[*]} " == *" $role "* ]] || die "no role $role: give one of ${ROLES[*]}"
  [[ -x $BIN/dapctl && -s $DAP_DIR/secrets/token.key.pem ]] || die "no key to sign with yet: run tools/dap up"
  organisation=$(sample_value organisation)
  subject=${subject:-$(sample_value "$role")}
  [[ -n $subject ]] || die "the sample has nobody with role $role: give --subject, or run tools/dap up"
  "$BIN/dapctl" token "--key=$DAP_DIR/secrets/token.key.pem" "--issuer=$TOKEN_ISSUER" \
    "--audience=$TOKEN_AUDIENCE" "--role=$role" "--subject=$subject" "--organisation=$organisation"
}

cmd_token() {
  local role='' subject=''
  while (($#)); do
    case $1 in
      --role=*) role=${1#*=} ;;
      --role) role=${2:-} && shift ;;
      --subject=*) subject=${1#*=} ;;
      --subject) subject=${2:-} && shift ;;
      *) die "token does not know $1: tools/dap token --role ROLE [--subject ID]" ;;
    esac
    shift || die "a value is missing: tools/dap token --role ROLE [--subject ID]"
  done
  [[ -n $role ]] || die "which role? tools/dap token --role ROLE [--subject ID], ROLE one of ${ROLES[*]}"
  role=${role^^}
  token "${role//-/_}" "$subject"
}

# ctl [--as ROLE] ARGUMENT...: dapctl against this gateway, as the sample's organisation
# administrator unless told otherwise.
cmd_ctl() {
  local role=ORG_ADMIN bearer
  if [[ ${1:-} == --as ]]; then
    (($# >= 2)) || die "as whom? tools/dap ctl --as ROLE ARGUMENT..."
    role=${2^^}
    shift 2
  fi
  load_ports
  bearer=$(token "$role")
  exec "$BIN/dapctl" "--gateway=127.0.0.1:${PORT[gateway]}" "--tls_ca=$DAP_DIR/tls/ca.pem" \
    "--token=$bearer" "$@"
}
