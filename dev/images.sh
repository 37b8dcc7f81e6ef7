#!/usr/bin/env bash
# Builds the images with buildah and leaves each as an OCI layout: .build/images/public, confirm, worker,
# or in another folder. A layout names its image by the tag.
#   dev/images.sh [--builder local|compiled] [--base IMAGE] [--tag TAG] [--into FOLDER] [SERVICE...]
# `local` (the default) takes the release build of this machine; `compiled` builds inside a Swift image. The folder
# is for `skopeo copy oci:.build/images/public docker://…`. Where buildah has no namespaces or overlays to use:
#   BUILDAH_ISOLATION=chroot STORAGE_DRIVER=vfs dev/images.sh
# CONTAINERS is the folder of buildah's own store; without it buildah's usual one is used.
# With Docker: docker build --target public . does the same for one image.
set -euo pipefail
cd "$(dirname "$0")/.."
builder=local base='' tag=latest into=.build/images services=()

while [ $# -gt 0 ]; do
    case $1 in
    --builder) builder=$2 && shift 2 ;;
    --base) base=$2 && shift 2 ;;
    --tag) tag=$2 && shift 2 ;;
    --into) into=$2 && shift 2 ;;
    -*) echo "error: $1 is not an option here: see the top of dev/images.sh" >&2 && exit 64 ;;
    *) services+=("$1") && shift ;;
    esac
done
[ ${#services[@]} -gt 0 ] || services=(public confirm worker)
command -v buildah >/dev/null || {
    echo "error: buildah is not here (Debian: apt-get install buildah); with Docker see the Dockerfile" >&2
    exit 69
}

store=()
[ -z "${CONTAINERS:-}" ] || store=(--root "$CONTAINERS/store" --runroot "$CONTAINERS/run")
arguments=(--format docker --build-arg "BUILDER=$builder")
[ -z "$base" ] || arguments+=(--build-arg "BASE=$base")
if [ "$builder" = local ]; then
    dev/build.sh
    dev/image-roots.sh .build/image
fi
for service in "${services[@]}"; do
    buildah "${store[@]}" build "${arguments[@]}" --target "$service" --tag "localhost/ticket-$service:$tag" .
    rm -rf "${into:?}/$service"
    mkdir -p "$into"
    buildah "${store[@]}" push --quiet "localhost/ticket-$service:$tag" "oci:$into/$service:$tag"
    echo "ticket-$service:$tag is in $into/$service"
done
