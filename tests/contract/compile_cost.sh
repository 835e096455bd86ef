#!/usr/bin/env bash
# compile_cost.sh COMMAND...    compiles in under 15 s and 1 GB; the program that results exits 0.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Processor time, because the clock on the wall also measures what else the machine does.
/usr/bin/time -o cost -f '%U %S %M' "$@" -o program
awk '{ seconds = $1 + $2; megabytes = $3 / 1024
       printf "compiled in %.1f s with %.0f MB\n", seconds, megabytes
       exit seconds >= 15 || megabytes >= 1000 }' cost
./program
