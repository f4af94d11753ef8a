#!/bin/sh
# Asks the database whether the release may start, and answers in one line.
#   gate_check.sh            prints  GATE: BLOCKED|ospa=0|gap=210
#   gate_check.sh --quiet    prints  BLOCKED
# Exit code: 0 READY, 10 BLOCKED, 1 error; no answer, or one that is no verdict, is an error.
# ONE_ROOF_PSQL is the command that reaches the database; by default
#   docker exec -i postgres psql -U workflow_admin -d directus
set -u

quiet=no
case "${1-}" in
  '') ;;
  --quiet) quiet=yes ;;
  -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) echo "gate_check.sh: unknown argument $1, try --help" >&2; exit 1 ;;
esac

query=$(dirname -- "$0")/gate_check.sql
[ -r "$query" ] || { echo "gate_check.sh: cannot read $query" >&2; exit 1; }

# shellcheck disable=SC2086 # the command is meant to be split into words
answer=$(${ONE_ROOF_PSQL:-docker exec -i postgres psql -U workflow_admin -d directus} -X -q -v ON_ERROR_STOP=1 -f - < "$query") || {
  echo "gate_check.sh: the database gave no verdict (exit code $?)" >&2
  exit 1
}
verdict=$(printf '%s\n' "$answer" | grep -E '^(READY|BLOCKED) \| ([a-z_<>0-9]+;)* \| [0-9]* \| [0-9]* \| [0-9]*$')
[ "$(printf '%s' "$verdict" | grep -c .)" = 1 ] || { echo "gate_check.sh: the answer holds no verdict" >&2; exit 1; }

status=${verdict%% *}
figures=${verdict#* | * | }
ospa=${figures%% *}
gap=${figures#* | }
gap=${gap%% *}
case "$status:$(printf '%s' "$verdict" | cut -d '|' -f 2 | tr -d ' ')" in
  READY: | BLOCKED:*\;) ;;
  *) echo "gate_check.sh: the verdict contradicts its blockers" >&2; exit 1 ;;
esac

if [ "$quiet" = yes ]; then echo "$status"; else echo "GATE: $status|ospa=$ospa|gap=$gap"; fi
[ "$status" = READY ] || exit 10
