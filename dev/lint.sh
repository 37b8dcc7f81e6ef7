#!/usr/bin/env bash
# Checks form without building: the Swift format, and that shell and Python files can be read by their tools.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=0

folders=()
for folder in Package.swift Sources Tests bench fuzz; do
    [ ! -e "$folder" ] || folders+=("$folder")
done
swift format lint --strict --parallel --recursive "${folders[@]}" || {
    echo "error: the lines above are not in house format; 'make format' mends most of them." >&2
    failed=1
}

while IFS= read -r script; do
    bash -n "$script" || failed=1
    [ -x "$script" ] || {
        echo "$script: error: has no run bit; chmod +x it." >&2
        failed=1
    }
done < <(find .ci deploy dev fuzz bench Tests workflows -name '*.sh' -o -path .ci/run 2>/dev/null | sort)

while IFS= read -r script; do
    python3 -c 'import ast, sys; ast.parse(open(sys.argv[1], encoding="utf-8").read(), sys.argv[1])' "$script" || failed=1
done < <(find deploy dev fuzz bench proofs tasks Tests -name '*.py' 2>/dev/null | sort)

[ $failed = 0 ] && echo "Lint found nothing."
exit $failed
