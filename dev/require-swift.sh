#!/usr/bin/env bash
# Stops with one clear message unless a Swift that can build this package is there.
set -euo pipefail
needed_major=6 needed_minor=2

if ! swift=$(command -v swift); then
    echo "error: swift is neither on PATH nor in /opt/swift/usr/bin." >&2
    echo "Install Swift $needed_major.$needed_minor or newer (https://www.swift.org/install/linux) and put its bin folder on PATH." >&2
    exit 1
fi

# Asking takes most of a second, so the answer is kept for as long as the same file is there.
stamp=.stamps/swift
identity=$(stat -L -c '%n %s %Y' "$swift")
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$identity" ] && exit 0

if ! answer=$("$swift" --version 2>&1); then
    echo "error: $swift --version failed:" >&2
    echo "$answer" >&2
    exit 1
fi
if [[ ! $answer =~ Swift\ version\ ([0-9]+)\.([0-9]+) ]]; then
    echo "error: cannot read a version from what $swift --version says: $answer" >&2
    exit 1
fi
major=${BASH_REMATCH[1]} minor=${BASH_REMATCH[2]}
if ((major < needed_major || (major == needed_major && minor < needed_minor))); then
    echo "error: this package needs Swift $needed_major.$needed_minor or newer, and $swift is $major.$minor." >&2
    exit 1
fi
mkdir -p .stamps
echo "$identity" >"$stamp"
