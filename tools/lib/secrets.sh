# shellcheck shell=bash
# Development secrets, made once: passwords, the key that signs tokens, the key that signs page
# tokens, and a certificate authority with a certificate a process.

CERTIFICATES=("${SERVICES[@]}" mariadb)
# Renewed when fewer days than these are left.
RENEW_DAYS=30

make_secrets() {
  local service
  for service in "${STORES[@]}"; do make_random "dap_$service.password" 24; done
  make_random page-token.key 32
  [[ -s $DAP_DIR/secrets/token.key.pem ]] || new_key | write_private "$DAP_DIR/secrets/token.key.pem"
}

# A secret of so many random bytes in hexadecimal, without a line end.
make_random() {
  [[ -s $DAP_DIR/secrets/$1 ]] || openssl rand -hex "$2" | tr -d '\n' | write_private "$DAP_DIR/secrets/$1"
}

# Whether a certificate is there, was signed by our authority and is not near its end.
certificate_good() {
  local file=$DAP_DIR/tls/$1.pem
  [[ -s $file && -s $DAP_DIR/tls/$1.key ]] &&
    openssl x509 -in "$file" -noout -checkend $((RENEW_DAYS * 86400)) >/dev/null &&
    openssl verify -CAfile "$DAP_DIR/tls/ca.pem" "$file" >/dev/null 2>&1
}

make_certificates() {
  local name
  certificate_good ca || make_authority
  for name in "${CERTIFICATES[@]}"; do
    certificate_good "$name" || make_certificate "$name"
  done
}

new_key() { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256; }

make_authority() {
  say "Making the development certificate authority"
  new_key | write_private "$DAP_DIR/tls/ca.key"
  openssl req -x509 -new -key "$DAP_DIR/tls/ca.key" -days 3650 -subj "/CN=DAP development CA" \
    -addext "basicConstraints=critical,CA:TRUE,pathlen:0" \
    -addext "keyUsage=critical,keyCertSign,cRLSign" |
    write_private "$DAP_DIR/tls/ca.pem"
}

# The names are what peers check: <name>.dap.internal says who it is, the others where it is.
make_certificate() {
  local name=$1 tls=$DAP_DIR/tls
  new_key | write_private "$tls/$name.key"
  openssl req -new -key "$tls/$name.key" -subj "/CN=$name.dap.internal" |
    openssl x509 -req -CA "$tls/ca.pem" -CAkey "$tls/ca.key" -days 825 \
      -set_serial "0x$(openssl rand -hex 16)" -extfile <(certificate_extensions "$name") 2>/dev/null |
    write_private "$tls/$name.pem"
  certificate_good "$name" ||
    die "could not make the certificate of $name: delete $tls and run the same command again"
}

certificate_extensions() {
  printf '%s\n' "basicConstraints=critical,CA:FALSE" "keyUsage=critical,digitalSignature" \
    "extendedKeyUsage=serverAuth,clientAuth" \
    "subjectAltName=DNS:$1.dap.internal,DNS:localhost,IP:127.0.0.1"
}

# The public half of the token key, as gateways read it.
make_jwks() {
  local key=$DAP_DIR/secrets/token.key.pem jwks=$DAP_DIR/jwks.json
  [[ -s $jwks && ! $key -nt $jwks ]] || "$BIN/dapctl" jwks "--key=$key" "--out=$jwks" ||
    die "dapctl could not write $jwks from $key: delete both and run the same command again"
}
