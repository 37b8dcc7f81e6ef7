#!/usr/bin/env bash
# Runs one stage of the work so that a person sees what matters and a log keeps the rest.
#   dev/stage.sh LOG-NAME "what it does" command arguments...
# Prints the title, a sign of life every 20 s, the closing lines of the test runners, and how long it took.
# When the command fails it prints the lines that say why, and ends with the command's exit code.
# VERBOSE=1 prints everything as it comes. After STAGE_MINUTES (30) the command is ended with all it started:
# a test that hangs fails here, with a log, and not in whatever runs this.
set -euo pipefail
name=$1 title=$2
shift 2
mkdir -p .build/logs
log=.build/logs/$name.log
limit=(timeout --kill-after=10 "$((${STAGE_MINUTES:-30} * 60))")
started=$SECONDS

words() {
    if (($1 < 60)); then echo "$1 s"; else echo "$(($1 / 60)) min $(($1 % 60)) s"; fi
}

echo "== $title"
if [ "${VERBOSE:-}" = 1 ]; then
    code=0
    "${limit[@]}" "$@" </dev/null 2>&1 | tee "$log" || code=$?
    # shellcheck disable=SC1010 # a word, not the end of a loop
    echo "   $([ $code = 0 ] && echo done || echo "FAILED with exit code $code") after $(words $((SECONDS - started)))"
    exit $code
fi

# The sign of life waits on a pipe nobody writes to: a sleep left behind would hold the caller's pipe open.
(
    exec {never}<> <(:)
    while true; do
        read -r -t 20 -u $never || true
        echo "   ... $(words $((SECONDS - started))): $(tail -n 1 "$log" | tr -d '\r' | cut -c1-100)"
    done
) &
alive=$!
trap 'kill $alive 2>/dev/null || true' EXIT

code=0
"${limit[@]}" "$@" >"$log" 2>&1 </dev/null || code=$?
kill $alive 2>/dev/null || true
wait $alive 2>/dev/null || true

if [ $code != 0 ]; then
    [ $code != 124 ] || echo "   It did not end within ${STAGE_MINUTES:-30} minutes and was stopped."
    echo "   What failed:"
    grep -aE 'error:|✘ Test|↳ [^T]|FAILED|^E  |Fatal error|WARNING: ThreadSanitizer|ERROR: AddressSanitizer' "$log" | head -n 60 || true
    echo "   The last lines of $log, without what passed:"
    grep -av '^[✔◇]' "$log" | tail -n 20 || true
    echo "   FAILED with exit code $code after $(words $((SECONDS - started)))"
    exit $code
fi
# The closing lines of Swift Testing, XCTest, pytest and unittest.
grep -aE 'Test run with [0-9]+ test|^Executed [0-9]+ test|^(=+ )?([0-9]+ (passed|failed|skipped|error)|no tests ran).* in [0-9.]+s|^Ran [0-9]+ test' "$log" || true
echo "   done in $(words $((SECONDS - started)))"
