#!/usr/bin/env bash
# Purchases a second on the embedded store, durable to the end.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p bench/results
dev/build.sh ticket
exec bench/embedded.py --json bench/results/embedded.json "$@"
