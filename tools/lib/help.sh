# shellcheck shell=bash

cmd_help() {
  cat <<'TEXT'
tools/dap COMMAND

  up                    sets everything up and starts it: packages, build, database, certificates, the
                        five processes, Prometheus, a local mail server, the sample organisation.
                        Again: changes nothing, restarts what died or was built anew
  down                  stops everything, keeps the data
  status                what runs, and whether it is healthy; fails where not all is
  logs [NAME] [-f]      the last lines of one process or of the five; -f goes on
  token --role ROLE [--subject ID]
                        a bearer token. ROLE: PARTICIPANT, PATRON, COACH, ORG_ADMIN, HR_SYSTEM, OPERATOR
  ctl [--as ROLE] ...   dapctl with the gateway's address, its CA and a token filled in
  clock [+90m|-2h|0]    shows or sets how far the programme's clock is from the machine's (s, m, h, d, w)
  clock --working-days=N
                        sets it to 10:00 of the Nth working day from now, so that what is due then
                        is also sent then
  park SERVICE PRODUCER/PARTITION/POSITION
                        has SERVICE pass over an event that it can't apply, as its log names it
  reset [--yes]         stops everything and deletes database, mail and metrics
  build [TARGET...]     installs what is missing and builds the release
  test [CTEST ARGS]     builds and runs every test; needs nothing to be up
  bench [ARGS]          builds and runs the system's benchmarks
  help                  this

Everything it makes is below .dap/ and build/. In the environment:

  DAP_BASE_PORT         the port the others are counted from (7400; kept in .dap/ports.env)
  DAP_DIR               another folder than .dap, for a second system beside the first
TEXT
}
