#!/bin/sh
# enter.sh ROOT DIRECTORY USER GROUP "SOURCE:PLACE …" COMMAND …
# In mount and process namespaces of its own: makes ROOT as an engine would with --read-only --cap-drop ALL
# --security-opt no-new-privileges, and becomes COMMAND there. /dev is stricter than an engine's: nothing in it can be written to.
set -eu
root=$1 directory=$2 user=$3 group=$4 volumes=$5
shift 5
PATH_INSIDE=$PATH
PATH=/usr/sbin:/usr/bin:/sbin:/bin

mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 devices "$root/dev"
for device in null zero full random urandom; do
    touch "$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
mount -o remount,ro "$root/dev"
for volume in $volumes; do
    mkdir -p "$root${volume#*:}"
    mount --bind "${volume%%:*}" "$root${volume#*:}"
done
mount -o remount,bind,ro "$root"

PATH=$PATH_INSIDE
export PATH
exec /usr/bin/unshare --root="$root" --wd="$directory" /usr/bin/setpriv --reuid "$user" --regid "$group" --clear-groups \
    --no-new-privs --inh-caps=-all --bounding-set=-all "$@"
