#!/bin/sh
# Makes a PostgreSQL server in FOLDER and runs it for as long as standard input stays open; then stops it and removes
# FOLDER. The input is a pipe that only the parent holds: however the parent ends, SIGKILL included, the pipe closes.
#   supervisor.sh FOLDER BIN SUPERUSER LOCALE [postgres option...]
folder=$1
bin=$2
superuser=$3
locale=$4
shift 4
trap '' INT TERM HUP
{
  "$bin/initdb" -D "$folder/data" -U "$superuser" -A trust -E UTF8 --locale="$locale" --no-sync --no-instructions &&
    "$bin/postgres" -D "$folder/data" "$@"
  echo "$?" >"$folder/exit"
} </dev/null >"$folder/log" 2>&1 &
cat >/dev/null
# The server may still be starting. It can be told to stop once it has written its process id (initdb's is negative).
# QUIT is an immediate shutdown: a last checkpoint of data that is about to be deleted would only take time.
tries=0
while [ ! -s "$folder/exit" ] && [ "$tries" -lt 1500 ]; do
  tries=$((tries + 1))
  pid=$(head -n 1 "$folder/data/postmaster.pid" 2>/dev/null)
  case $pid in
    '' | *[!0-9]*) ;;
    *) kill -QUIT "$pid" 2>/dev/null ;;
  esac
  sleep 0.02
done
rm -rf "$folder"
