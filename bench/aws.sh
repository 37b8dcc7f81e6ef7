#!/usr/bin/env bash
# CPU of the AWS adapters for each intent that is opened and sent, with the double on the other core.
# bench/aws.sh [seconds for each kind] [at the same time]
set -euo pipefail
cd "$(dirname "$0")/.."
dev/build.sh aws-bench aws-double
binaries=$(swift build -c release --show-bin-path)
log=$(mktemp)
taskset -c 1 "$binaries/aws-double" --port 0 --control-port 0 >"$log" &
double=$!
trap 'kill "$double" 2>/dev/null; rm -f "$log"' EXIT
for _ in $(seq 100); do grep -q '"ready"' "$log" && break; sleep 0.05; done
address=$(sed -n 's/.*"address":"\([^"]*\)".*/\1/p' "$log")
control=$(sed -n 's/.*"control":"\([^"]*\)".*/\1/p' "$log")
AWS_REGION=eu-west-1 AWS_ENDPOINT_URL=$address AWS_ACCESS_KEY_ID=AKIDBENCH AWS_SECRET_ACCESS_KEY=bench \
    taskset -c 0 "$binaries/aws-bench" "$@"
curl -sS "$control/counts"
echo
