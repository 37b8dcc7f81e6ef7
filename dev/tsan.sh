#!/usr/bin/env bash
# The whole Swift suite under the thread sanitizer, in a build folder of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=.build-tsan
reports=$PWD/$scratch/reports
rm -rf "$reports"
mkdir -p "$reports"
# Reports go to files, one a process: a service that a test started would otherwise take its report with it.
options="log_path=$reports/race halt_on_error=0 exitcode=66"
export TSAN_OPTIONS="$options suppressions=$PWD/dev/tsan-suppressions.txt print_suppressions=0 ${TSAN_OPTIONS:-}"
# Everything is ten times as slow and no deadline longer: fewer suites at a time keep theirs.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=4

dev/stage.sh tsan-build "Building with the thread sanitizer" \
    swift build --build-tests --sanitize=thread --scratch-path "$scratch"
code=0
dev/stage.sh tsan-test "Swift tests under the thread sanitizer" \
    swift test --skip-build --disable-xctest --sanitize=thread --scratch-path "$scratch" "$@" || code=$?

count=$(find "$reports" -type f | wc -l)
if [ "$count" != 0 ]; then
    echo "The thread sanitizer reported races in $count process(es); the first report:" >&2
    head -n 60 "$(find "$reports" -type f | sort | head -n 1)" >&2
    echo "All reports: ${reports#"$PWD"/}" >&2
    exit 1
fi
[ $code != 0 ] || echo "No race reported."
exit $code
