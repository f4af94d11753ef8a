#!/bin/sh
# What the wrapper runs inside the database container: unpacks the payload, checks its digest, runs psql on it, and says how
# it ended. POSIX sh. wrapper.sh hands it over as one argument of `docker exec … sh -c`, so it holds no single quote; what it
# has to know stands in ONE_ROOF_… variables, psql's arguments are "$@". Output and exit codes: the table in wrapper.sh.

say() { printf "one-roof %s\n" "$*"; }
begin() { trap "" PIPE; say "begin run=$ONE_ROOF_RUN script=$ONE_ROOF_SCRIPT exit=$1"; }
end() { say "end run=$ONE_ROOF_RUN script=$ONE_ROOF_SCRIPT exit=$1 outcome=$2"; exit "$1"; }
refuse() { begin "$1"; say "note $3"; end "$1" "$2"; }
# What psql printed, with each position in the files that a person can open: psql read prelude and script from here,
# and ONE_ROOF_LINES says which lines of the script stand in which file, as <line>:<file>:<line of the file>.
printed() {
  { awk -v map="$ONE_ROOF_LINES" -v script="psql:$ONE_ROOF_FILE:" -v prelude="psql:runner/prelude.sql:" "
    BEGIN { parts = split(map, part, / /) }
    parts > 0 && index(\$0, script) == 1 {
      rest = substr(\$0, length(script) + 1)
      for (i = parts; i > 1; i--) { split(part[i], place, /:/); if (place[1] + 0 <= rest + 0) break }
      split(part[i], place, /:/)
      sub(/^[0-9]+/, rest - place[1] + place[3], rest)
      \$0 = substr(script, 1, 5) place[2] substr(script, length(script)) rest
    }
    { sub(/^psql:prelude[.]sql:/, prelude); print }
  " out || cat out; } 2>/dev/null
}
missing=
for program in psql base64 gzip sha256sum timeout mktemp find head tail grep sed rm; do
  command -v "$program" >/dev/null || missing="$missing $program"
done
[ -z "$missing" ] || refuse 69 unavailable "the container lacks these programs:$missing; nothing was run"
umask 077
export LC_ALL=C
parent=${TMPDIR:-/tmp}
for left in "$parent"/one-roof.*; do
  [ ! -d "$left" ] || find "$left" -maxdepth 0 -mtime +0 -exec rm -rf {} +
done
{ folder=$(mktemp -d "$parent/one-roof.XXXXXXXXXX") && cd "$folder"; } ||
  refuse 69 unavailable "no temporary directory in the container"
trap "cd / && rm -rf \"\$folder\"" EXIT
trap "exit 70" HUP INT TERM
# A full disk is no tampering: where the payload cannot be unpacked, a few zeros are written to see whether anything can.
{ base64 -d | gzip -d >all.sql 2>all.err || head -c 65536 /dev/zero >all.err; } 2>/dev/null ||
  refuse 69 unavailable "the temporary directory in the container is full, nothing was run"
sum=$(sha256sum <all.sql)
[ "${sum%% *}" = "$ONE_ROOF_SHA256" ] || refuse 65 payload-refused "the payload is not what was approved, nothing was run"
{ head -c "$ONE_ROOF_PRELUDE_BYTES" all.sql >prelude.sql && tail -c "+$((ONE_ROOF_PRELUDE_BYTES + 1))" all.sql >"$ONE_ROOF_FILE"; } ||
  refuse 69 unavailable "the temporary directory in the container cannot be written, nothing was run"
timeout "$ONE_ROOF_SECONDS" psql -X -q -w -v one_roof_timed=on -v ON_ERROR_STOP=1 -v VERBOSITY=verbose -v SHOW_CONTEXT=never "$@" \
  -f prelude.sql -f "$ONE_ROOF_FILE" </dev/null >out 2>&1
code=$?
proof=
case $code in
  0)
    proof=$(grep -E -e "$ONE_ROOF_PROOF" out)
    code=66 outcome=unproven
    case $proof in
      "" | *"
"*) proof= ;;
      *) [ "${#proof}" -gt 20000 ] || { code=0 outcome=proven; } ;;
    esac
    ;;
  2)
    outcome=connection-lost
    IFS= read -r first <out
    case $first in "psql: error: "*) code=69 outcome=unavailable ;; esac
    ;;
  3) outcome=script-error ;;
  124 | 143) code=124 outcome=timed-out ;; # the timeout of busybox replaces itself by psql, and ends as TERM ends it
  126 | 127) code=69 outcome=unavailable ;;
  *) code=70 outcome=broken ;;
esac
begin "$code"
if [ "$code" = 0 ]; then
  say "proof $proof"
  room=16000
  [ "${#proof}" -le 7000 ] || room=$((23000 - ${#proof}))
  printed | sed "s/^/| /" 2>/dev/null | head -c "$room"
else # what went wrong stands at the end
  printed | sed "s/^/| /" | tail -c 16000 | sed "1{/^| /!s/^/| /;}"
fi
printf "\n"
end "$code" "$outcome"
