#!/usr/bin/env bash
# Fuzzes every harness in fuzz/ with libFuzzer and the address sanitizer, one after the other.
#   FUZZ_SECONDS=600 fuzz/run.sh [harness...]     the seconds are shared among the harnesses, by weight
#
# A harness is fuzz/NAME.swift: one @_cdecl("LLVMFuzzerTestOneInput") function, and near its top a line
#   // fuzz-sources: Sources/HTTP/Parser/*.swift
# that names the files compiled together with it into one module, and if it matters more than others a line
#   // fuzz-weight: 5
# fuzz/NAME.dict may hold a dictionary.
# fuzz/corpus/NAME is kept: it is where the next run starts, and inputs that reach new code are added to it.
# An input that crashes or hangs is left in fuzz/findings/NAME and makes this script fail.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v swiftc >/dev/null || PATH=$PATH:/opt/swift/usr/bin
seconds=${FUZZ_SECONDS:-600}
[[ $seconds =~ ^[1-9][0-9]*$ ]] || {
    echo "error: FUZZ_SECONDS must be a whole number of seconds, and is '$seconds'." >&2
    exit 1
}
# A crash would otherwise hang in Swift's own backtracer.
export SWIFT_BACKTRACE=enable=no

# shellcheck disable=SC2046 # names of Swift files, without spaces
[ $# -gt 0 ] || set -- $(find fuzz -maxdepth 1 -name '*.swift' -printf '%f\n' | sed 's/\.swift$//' | sort)
[ $# -gt 0 ] || {
    echo "error: there is no harness in fuzz/." >&2
    exit 1
}
failed=()

weight_of() {
    local weight
    weight=$(sed -n 's|^// fuzz-weight: *||p' "fuzz/$1.swift" 2>/dev/null || true)
    echo "${weight:-1}"
}

weights=0
for name in "$@"; do weights=$((weights + $(weight_of "$name"))); done

for name in "$@"; do
    harness=fuzz/$name.swift
    [ -f "$harness" ] || {
        echo "error: there is no harness $harness." >&2
        exit 1
    }
    # Unquoted on purpose: the line holds patterns.
    # shellcheck disable=SC2207 # paths of Swift files, without spaces
    sources=($(sed -n 's|^// fuzz-sources: *||p' "$harness"))
    [ ${#sources[@]} -gt 0 ] || {
        echo "error: $harness names no sources; see the head of fuzz/run.sh." >&2
        exit 1
    }
    each=$((seconds * $(weight_of "$name") / weights))
    each=$((each > 0 ? each : 1))
    build=.build-fuzz/$name
    corpus=fuzz/corpus/$name
    findings=fuzz/findings/$name
    mkdir -p "$build/new" "$corpus" "$findings"

    # A struct of many copies wants optimising; checks of overflow and bounds stay on with -O.
    dev/stage.sh "fuzz-build-$name" "Building the fuzzer $name" \
        swiftc -O -g -sanitize=fuzzer,address -parse-as-library -swift-version 6 -package-name ticket \
        -enable-upcoming-feature NonisolatedNonsendingByDefault -enable-upcoming-feature ExistentialAny \
        -enable-upcoming-feature MemberImportVisibility \
        -module-name Fuzz "$harness" "${sources[@]}" -o "$build/fuzzer"

    dictionary=()
    [ ! -f "fuzz/$name.dict" ] || dictionary=(-dict="fuzz/$name.dict")
    begun=$(find "$corpus" -type f | wc -l)
    if dev/stage.sh "fuzz-$name" "Fuzzing $name for $each s, from $begun inputs" \
        "$build/fuzzer" -max_total_time="$each" -timeout=5 -rss_limit_mb=2048 -max_len=8192 -print_final_stats=1 \
        -artifact_prefix="$findings/" "${dictionary[@]}" "$build/new" "$corpus"; then
        grep -aE '^stat::(number_of_executed_units|average_exec_per_sec|peak_rss_mb)' ".build/logs/fuzz-$name.log" |
            sed 's/^stat::/   /' || true
    else
        failed+=("$name")
        echo "   The input is in $findings; run it again: $build/fuzzer FILE" >&2
    fi
    # Only what reaches code that the kept corpus does not; how often it is reached would keep thousands.
    "$build/fuzzer" -use_counters=0 -merge=1 "$corpus" "$build/new" >"$build/merge.log" 2>&1 ||
        echo "   the corpus could not be merged; see $build/merge.log" >&2
    echo "   $(($(find "$corpus" -type f | wc -l) - begun)) inputs added to $corpus"
done

[ ${#failed[@]} = 0 ] || {
    echo "error: found a crash or a hang in: ${failed[*]}" >&2
    exit 1
}
echo "No crash, no hang."
