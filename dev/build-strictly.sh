#!/usr/bin/env bash
# Builds everything and fails on any warning. The package makes Swift's own warnings errors; this also finds
# those of the C compiler, the linker and the package manager. Only a build from nothing says them all.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v swift >/dev/null || PATH=$PATH:/opt/swift/usr/bin

dev/stage.sh build "Building everything, with the tests" swift build --build-tests
if grep -anE '(^|[^[:alnum:]])warning:' .build/logs/build.log; then
    echo "error: the build printed the warnings above; mend each at its source." >&2
    exit 1
fi
