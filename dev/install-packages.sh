#!/usr/bin/env bash
# Installs the Debian packages of the named groups that are missing, and says so first.
#   dev/install-packages.sh build test
# The lists, with a reason for each package, are in dev/packages.txt.
set -euo pipefail
cd "$(dirname "$0")/.."
list=dev/packages.txt

fail() {
    printf 'error: %s\n' "$@" >&2
    exit 1
}

[ $# -gt 0 ] || fail "name the groups to install, for example: dev/install-packages.sh build test"
[ "${SKIP_PACKAGES:-}" != 1 ] || exit 0

wanted=()
reasons=()
for group in "$@"; do
    found=false
    while read -r listed package reason; do
        [ "$listed" = "$group" ] || continue
        found=true
        wanted+=("$package")
        reasons+=("$reason")
    done <"$list"
    $found || fail "there is no package group '$group' in $list"
done

if ! command -v dpkg-query >/dev/null; then
    fail "this is not a Debian system, so the packages cannot be checked or installed here." \
        "Install what these are called on yours, then run again with SKIP_PACKAGES=1: ${wanted[*]}"
fi

# One question for all of them: this script runs before every build and must cost next to nothing.
IFS='|' read -r -a names <<<"$(
    IFS='|'
    echo "${wanted[*]}"
)"
installed=$'\n'$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${names[@]}" 2>/dev/null || true)$'\n'

missing=()
for index in "${!wanted[@]}"; do
    IFS='|' read -r -a alternatives <<<"${wanted[$index]}"
    for name in "${alternatives[@]}"; do
        [[ $installed == *$'\n'"installed $name"$'\n'* ]] && continue 2
    done
    [ ${#missing[@]} -gt 0 ] || echo "These Debian packages are missing:"
    printf '  %-18s %s\n' "${alternatives[0]}" "${reasons[$index]}"
    missing+=("${alternatives[0]}")
done
[ ${#missing[@]} -gt 0 ] || exit 0

by_hand="apt-get update && apt-get install --no-install-recommends ${missing[*]}"
as_root=()
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null ||
        fail "you are not root and there is no sudo. Ask someone who is root to run: $by_hand"
    # With a person at the terminal sudo may ask for a password; without one it must not wait for it.
    if [ -t 0 ]; then as_root=(sudo); else as_root=(sudo -n); fi
    "${as_root[@]}" true || fail "sudo did not let us in. Ask someone who may to run: sudo sh -c '$by_hand'"
    echo "Installing with sudo."
fi
as_root+=(env DEBIAN_FRONTEND=noninteractive)

# Servers come with these packages, and their scripts would start them as services on their usual ports: the tests and
# benches start their own. A machine that has a policy of its own keeps it.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod 755 "$policy"
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi

"${as_root[@]}" apt-get update -qq </dev/null ||
    fail "apt-get update failed (see above). Mend that, or install by hand: $by_hand"
"${as_root[@]}" apt-get install -qq -y --no-install-recommends "${missing[@]}" </dev/null ||
    fail "apt-get install failed (see above). Mend that, or install by hand: $by_hand"
echo "Installed: ${missing[*]}"
