#!/usr/bin/env bash
# Builds what is shipped: release executables with the Swift library inside, and says where they are.
#   dev/build.sh [product...]     without a product: the three services and the command
set -euo pipefail
cd "$(dirname "$0")/.."
flags=(-c release --static-swift-stdlib)
[ $# -gt 0 ] || set -- ticket-public ticket-confirm ticket-worker ticket

for product in "$@"; do
    dev/stage.sh "build-$product" "Building $product (release, static Swift library)" swift build "${flags[@]}" --product "$product"
done
folder=$(swift build "${flags[@]}" --show-bin-path)
echo
for product in "$@"; do
    printf '%6.1f MB  %s\n' "$(stat -c %s "$folder/$product" | awk '{ print $1 / 1e6 }')" "${folder#"$PWD"/}/$product"
done
