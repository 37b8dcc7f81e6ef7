#!/usr/bin/env bash
# The HTTP benches one after the other; every one runs, and the exit code says whether any found something broken.
# Arguments go to the comparisons with nginx, for example: bench/http.sh --rounds 9
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p bench/results
broken=0

bench() {
    local title=$1 name=$2 result=$3
    shift 3
    echo
    echo "== $title"
    "bench/$name.py" --json "bench/results/$result.json" "$@" || broken=1
}

bench "The same bytes, ours against nginx" http_nginx http_nginx "$@"
bench "Cached answers about seats, ours against nginx" http_nginx http_seats --seats "$@"
bench "10,000 idle connections" http_idle http_idle
bench "2,000 slow connections of each kind" http_slow http_slow
bench "Start-up and idle memory of the services" startup startup
echo
echo "All figures, for machines: bench/results/"
exit $broken
