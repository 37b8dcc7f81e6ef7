#!/usr/bin/env bash
# Makes .venv as dev/requirements.txt says. Does nothing, quickly, when that has been done.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
    printf 'error: %s\n' "$@" >&2
    exit 1
}

command -v python3 >/dev/null || fail "python3 is not on PATH; the Python suites need it (Debian: apt-get install python3)"
# A changed interpreter makes the old environment useless, so its path counts too.
state="$(sha256sum <dev/requirements.txt) $(command -v python3)"
stamp=.venv/.made-from
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$state" ] && exit 0

echo "Making .venv from dev/requirements.txt ..."
rm -rf .venv
python3 -m venv .venv || fail "python3 -m venv failed (see above); on Debian the package python3-venv provides it"
.venv/bin/pip install --quiet --disable-pip-version-check -r dev/requirements.txt </dev/null ||
    fail "pip could not install dev/requirements.txt (see above)"
# Written last: a run that was cut short is made again.
echo "$state" >"$stamp"
