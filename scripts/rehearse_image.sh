#!/bin/sh
# Builds the images of the Dockerfile with buildah, without an engine, and tries them: tests/image. Needs root, Debian,
# 12 GB below /var/tmp for as long as it runs, and the packages buildah, debootstrap and iproute2.
#
#   REHEARSAL_BASE    the base to build on, where a registry can be asked for it; else one is made of Debian's packages
#   REHEARSAL_MOUNTS  files and directories that the build may read besides, by the same path: where pip is told of an index
set -eu
cd "$(dirname "$0")/.."

die() { echo "rehearsal: $*" >&2; exit 1; }
missing=""
for program in buildah debootstrap ip unshare nsenter; do command -v "$program" >/dev/null || missing="$missing $program"; done
[ -z "$missing" ] || die "missing:$missing. Run 'apt-get install --no-install-recommends buildah debootstrap iproute2 util-linux'."
[ "$(id -u)" = 0 ] || die "only root can mount the images' files read-only: run it as root."

pinned=$(sed -n 's/^ARG PYTHON_IMAGE=python://p' Dockerfile)
python=$(echo "$pinned" | cut -d. -f1,2)
release=$(echo "${pinned##*-}" | cut -d@ -f1)
cache=build/rehearsal/python-$python-$release-$(cksum <scripts/rehearsal_base.sh | cut -d' ' -f1).tar

work=$(mktemp -d /var/tmp/rehearsal.XXXXXX)
build() { buildah --root "$work/storage" --runroot "$work/run" --storage-driver vfs "$@"; }
clean() {
    build rm --all >/dev/null 2>&1 || true
    rm -rf --one-file-system "$work"
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

make_base() {
    if [ ! -f "$cache" ]; then
        sh scripts/rehearsal_base.sh "$work/base" "$python" "$release"
        mkdir -p "$(dirname "$cache")"
        tar --create --numeric-owner --directory "$work/base" --file "$cache.new" .
        mv "$cache.new" "$cache"
        rm -rf "$work/base"
    fi
    container=$(build from scratch)
    build add --quiet "$container" "$cache" / >/dev/null
    build config --env PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin --env LANG=C.UTF-8 "$container"
    build commit --quiet --rm "$container" localhost/python-rehearsal >/dev/null
    base=localhost/python-rehearsal
}

# One image: built, its files mounted, and what it says of itself beside them.
make_image() {
    echo "rehearsal: building $1" >&2
    set -- "$1" --target "$1" --tag "context-handling:$1"
    for mount in ${REHEARSAL_MOUNTS:-}; do set -- "$@" --volume "$mount:$mount:ro"; done
    name=$1
    shift
    build bud --isolation chroot --format docker --layers --pull-never="$never_pull" --build-arg "PYTHON_IMAGE=$base" "$@" . \
        >"$work/$name.log" 2>&1 || { tail -n 30 "$work/$name.log" >&2; die "$name was not built"; }
    mkdir -p "$work/built/$name"
    container=$(build from --pull-never "context-handling:$name")
    ln -s "$(build mount "$container")" "$work/built/$name/root"
    build inspect --type image "context-handling:$name" >"$work/built/$name/inspected.json"
}

never_pull=false
base=${REHEARSAL_BASE:-}
[ -n "$base" ] || { never_pull=true; make_base; }
make_image service
make_image backup
.venv/bin/python -m tests.image.layers "$work/built/service" "$work/built/backup"
# A network of its own: the ports of compose.yaml are free in it, and nothing can be reached by mistake.
REHEARSED_IMAGES=$work/built unshare --net sh -c 'ip link set lo up && exec "$@"' sh \
    .venv/bin/python -m pytest tests/image/rehearse_*.py
