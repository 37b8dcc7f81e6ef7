#!/usr/bin/env bash
# CPU of ticket-confirm for each accepted intent on aws-double, beside FastAPI and aiobotocore.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p bench/results
dev/python-venv.sh bench
dev/build.sh ticket ticket-confirm aws-double
exec bench/confirm.py --json bench/results/confirm.json "$@"
