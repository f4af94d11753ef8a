# Runs one SQL script inside the database container and says how it ended. POSIX sh; the host needs only sh and docker.
#
# The command document puts assignments in front of this text (core/command/document.ts): one_roof_container, _script, _file,
# _seconds, _prelude_bytes, _proof, _mutating, _options, _lines, _payload, and psql's fixed arguments as "$@". The package reader
# puts one_roof_inside in front of it, the text of inside.sh, which runs in the container (core/package/package.ts). The agent
# exports the parameters as SSM_runId, SSM_startBy, SSM_sha256 and, where declared, SSM_ratifiedApr,
# SSM_undoReleased, SSM_overrideChangedRows, SSM_entrySnapshot.
#
# Output: "one-roof begin", then "one-roof proof" with the line that the script promises, then what psql printed, each
# line behind "| " (so no script can forge a line of ours), then "one-roof end" as the last line. Exit codes:
#   0    proven            psql ended with 0 and printed the proof line exactly once
#   2    connection-lost   the server went away in mid-script: a COMMIT may or may not have happened
#   3    script-error      a statement failed; psql stopped there and has ended
#   65   payload-refused   the bytes are not those of the sha256; psql was not started
#   66   unproven          psql ended with 0, without the proof line or with more than one
#   69   unavailable       nothing was run: bad parameters, no or a full temporary directory, a missing program, no connection
#   70   broken            psql was killed or failed by itself, or docker exec did
#   124  timed-out         psql ran longer than its budget, or was told to stop (TERM)
# No KILL follows the time-out's TERM, for which psql has no handler: it would hit `timeout` itself too, and leave psql
# to the container's process 1. Where that is the postmaster, it takes an orphan that does not end with 0 or 1 for a
# crashed backend, and restarts the whole server.
# Nothing else ever reaches the agent: it takes 137 for a time-out, 168 for success, 169 for a failure and 194 for
# "restart the machine and run me again", and 1, 125, 126 and 127 may be docker's own.
#
# The one_roof_ variables are assigned in front of this text, where the linter cannot see it:
# shellcheck shell=sh disable=SC2154

# Ends before anything was started. Without an end line: what was given cannot be trusted to name the run.
decline() {
  printf 'one-roof note %s\n' "$1"
  exit 69
}

for given in "${SSM_runId-}" "${SSM_startBy-}" "${SSM_sha256-}"; do
  [ -n "$given" ] || decline 'a parameter is missing: this needs SSM agent 3.3.2746.0 or newer; nothing was run'
done
case ${SSM_runId}${SSM_sha256}${SSM_undoReleased-}${SSM_overrideChangedRows-} in
  *[!0-9a-f]*) decline 'a run id or digest is not hexadecimal; nothing was run' ;;
esac
case ${SSM_entrySnapshot-} in *[!0-9:,]*) decline 'the snapshot is none; nothing was run' ;; esac
case $SSM_startBy in *[!0-9TZ:.-]*) decline 'the start-by is not a UTC time; nothing was run' ;; esac
case ${SSM_ratifiedApr-} in *[!A-Za-z0-9._-]*) decline 'the APR is not a code; nothing was run' ;; esac
apr=${SSM_ratifiedApr-}
{ [ "${#SSM_runId}" = 12 ] && [ "${#apr}" -le 64 ]; } || decline 'a parameter has the wrong length; nothing was run'

set -- "$@" -v "run_id=$SSM_runId" -v "start_by=$SSM_startBy" -v "mutating=$one_roof_mutating"
[ -z "$apr" ] || set -- "$@" -v "ratified_apr=$apr"
[ -z "${SSM_undoReleased-}" ] || set -- "$@" -v "undo_released=$SSM_undoReleased"
[ -z "${SSM_overrideChangedRows-}" ] || set -- "$@" -v "override_changed_rows=$SSM_overrideChangedRows"
[ -z "${SSM_entrySnapshot-}" ] || set -- "$@" -v "entry_snapshot=$SSM_entrySnapshot"

printf '%s\n' "$one_roof_payload" | docker exec -i \
  -e "ONE_ROOF_RUN=$SSM_runId" -e "ONE_ROOF_SCRIPT=$one_roof_script" -e "ONE_ROOF_FILE=$one_roof_file" \
  -e "ONE_ROOF_SHA256=$SSM_sha256" -e "ONE_ROOF_PRELUDE_BYTES=$one_roof_prelude_bytes" \
  -e "ONE_ROOF_SECONDS=$one_roof_seconds" -e "ONE_ROOF_PROOF=$one_roof_proof" \
  -e "ONE_ROOF_LINES=$one_roof_lines" \
  -e "PGAPPNAME=one-roof/$SSM_runId/$one_roof_script" -e "PGOPTIONS=$one_roof_options" \
  -e PGCONNECT_TIMEOUT=10 -e PGCLIENTENCODING=UTF8 \
  "$one_roof_container" sh -c "$one_roof_inside" one-roof "$@" 2>&1
code=$?
case $code in
  0 | 2 | 3 | 65 | 66 | 69 | 70 | 124) ;;
  *)
    printf 'one-roof note docker exec ended with %s\n' "$code"
    code=70
    ;;
esac
exit "$code"
