#!/usr/bin/env bash
# Lays out the contents of all images from the release build: what the Dockerfile's builder stage takes.
#   dev/image-roots.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
folder=$1
build=$(swift build -c release --static-swift-stdlib --show-bin-path)

dev/image-root.sh "$folder/public" "$build" ticket-public
dev/image-root.sh "$folder/confirm" "$build" ticket-confirm
# The tool too: the task that prepares the databases runs from this image.
dev/image-root.sh "$folder/worker" "$build" ticket-worker ticket
dev/image-root.sh "$folder/all" "$build" ticket
# The directory of what is kept, as a folder inside another: copied, it keeps the owner that the copy is given.
mkdir -p "$folder/data/ticket"
touch "$folder/data/ticket/.keep"
