#!/usr/bin/env bash
# The whole suite: builds, then the Swift tests, then the Python suites. All of it runs even when a part failed,
# save that nothing can be tested that does not build.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=0

dev/stage.sh build "Building everything, with the tests" swift build --build-tests
dev/stage.sh swift-test "Swift tests" swift test --skip-build --disable-xctest || failed=1
dev/stage.sh python-test "Python suites: the API document, the benches' own parts" \
    .venv/bin/python -m pytest -c dev/pytest.ini --rootdir . || failed=1

[ $failed = 0 ] || { echo "Some tests failed: see above." >&2; exit 1; }
