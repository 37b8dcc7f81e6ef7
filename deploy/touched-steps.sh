#!/usr/bin/env bash
# The steps whose template, task definitions or edge files differ from a commit, one a line, in the order of `make all`.
#   deploy/touched-steps.sh COMMIT
set -euo pipefail
cd "$(dirname "$0")/.."
# A task of 05 that finds no tables never becomes ready.
steps=(00-network 01-ecr 02-cluster 03-dataplane 04-taskdefs 08-db-init 05-services 06-autoscaling 07-cloudfront 09-watching)
touched=$(git diff --name-only "$1" -- stacks tasks cloudfront env.sh | while read -r path; do
    case $path in
    stacks/*.yaml) basename "$path" .yaml ;;
    # A definition names the images of its own commit, which nobody else has pushed by then.
    tasks/*) printf '%s\n' 01-ecr 04-taskdefs ;;
    cloudfront/*) echo 07-cloudfront ;;
    # A default may matter to any of them; the plan says which it does.
    env.sh) printf '%s\n' "${steps[@]}" ;;
    esac
done)
for step in "${steps[@]}"; do
    if grep -qxF "$step" <<<"$touched"; then echo "$step"; fi
done
