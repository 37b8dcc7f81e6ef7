#!/usr/bin/env bash
# Makes .venv and .venv-checkov, or with `bench` .venv-bench, as their lists in dev/ say. Does nothing, quickly, when that
# has been done.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
    printf 'error: %s\n' "$@" >&2
    exit 1
}

command -v python3 >/dev/null || fail "python3 is not on PATH; the Python suites need it (Debian: apt-get install python3)"
# Makes the environment $1 as the file $2 says, unless that has been done.
make_environment() {
    local folder=$1 list=$2 state
    # A changed interpreter makes the old environment useless, so its path counts too.
    state="$(sha256sum <"$list") $(command -v python3)"
    [ -f "$folder/.made-from" ] && [ "$(cat "$folder/.made-from")" = "$state" ] && return

    echo "Making $folder from $list ..."
    rm -rf "$folder"
    python3 -m venv "$folder" || fail "python3 -m venv failed (see above); on Debian the package python3-venv provides it"
    "$folder/bin/pip" install --quiet --disable-pip-version-check -r "$list" </dev/null ||
        fail "pip could not install $list (see above)"
    # Written last: a run that was cut short is made again.
    echo "$state" >"$folder/.made-from"
}

case "${1:-test}" in
test)
    make_environment .venv dev/requirements.txt
    make_environment .venv-checkov dev/requirements-checkov.txt
    ;;
bench) make_environment .venv-bench dev/requirements-bench.txt ;;
*) fail "there is no environment for $1: test and bench are known" ;;
esac
