#!/bin/sh
# rehearsal_base.sh ROOT PYTHON RELEASE: makes in ROOT what stands in for the image python:PYTHON.x-slim-RELEASE where no
# registry can be asked for it: that release of Debian, and that minor version of Python below /usr/local, with pip.
# Python is compiled from the sources of the Debian release that has it, so its last number is another than the image's.
set -eu
root=$1 python=$2 release=$3
sources_of=bookworm # has Python 3.11

inside() { chroot "$root.build" env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive "$@"; }

echo "rehearsal: bootstrapping Debian $release" >&2
debootstrap --variant=minbase --include=ca-certificates,netbase,tzdata,libssl3t64,libffi8,libsqlite3-0,libbz2-1.0,\
liblzma5,libreadline8t64,libuuid1,zlib1g,libncursesw6 "$release" "$root" >"$root.log" 2>&1 || { tail "$root.log" >&2; exit 1; }

echo "rehearsal: compiling Python $python (some minutes)" >&2
cp -a "$root" "$root.build"
cp /etc/resolv.conf "$root.build/etc/resolv.conf"
# The mirror that debootstrap has chosen has the other release, too.
sed -n "s/^deb \([^ ]*\) $release .*/deb-src \1 $sources_of main/p" "$root/etc/apt/sources.list" \
    >"$root.build/etc/apt/sources.list.d/sources.list"
{
    inside apt-get -qq update
    inside apt-get -qq install --yes --no-install-recommends dpkg-dev gcc make libc6-dev pkg-config libssl-dev libffi-dev \
        libsqlite3-dev libbz2-dev liblzma-dev libreadline-dev uuid-dev zlib1g-dev libncurses-dev
    # Debian's changes are left out: the image has Python as its authors publish it.
    inside sh -c "mkdir /python && cd /python && apt-get -qq source --download-only python$python \
        && tar --extract --strip-components 1 --file python${python}_*.orig.tar.*"
    inside sh -c "cd /python && ./configure --quiet --enable-shared --enable-loadable-sqlite-extensions --with-ensurepip=no \
        && make --silent -j2 && make --silent install DESTDIR=/made"
} >"$root.log" 2>&1 || { tail "$root.log" >&2; exit 1; }
cp -a "$root.build/made/usr/local/." "$root/usr/local/"
rm -rf "$root.build"

# As in the image: names without a number, and neither tests nor byte code nor what is linked against.
ln -s python3 "$root/usr/local/bin/python"
find "$root/usr/local" -depth \( \( -type d \( -name test -o -name tests -o -name idle_test \) \) \
    -o \( -type f \( -name '*.pyc' -o -name '*.a' \) \) \) -exec rm -rf {} +
chroot "$root" /sbin/ldconfig
chroot "$root" /usr/local/bin/python3 -m ensurepip >"$root.log" 2>&1
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin "$root.log"
