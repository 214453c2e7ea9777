#!/bin/sh
# The tests need RabbitMQ, Redis, promtool, psql and curl. Debian's packages serve; as root they are installed here, without starting a service.
set -eu

missing=""
# Runbooks are followed with RabbitMQ's own tools, on a node of one's own: neither a given one nor Docker will do for them.
if [ ! -x /usr/lib/rabbitmq/bin/rabbitmq-server ]; then missing="rabbitmq-server"; fi
# They ask with psql and curl, too.
if ! command -v psql >/dev/null; then missing="${missing:+$missing }postgresql-client"; fi
if ! command -v curl >/dev/null; then missing="${missing:+$missing }curl"; fi
# Some tests break a Redis of their own: neither a given one nor Docker will do for them.
if ! command -v redis-server >/dev/null; then missing="${missing:+$missing }redis-server"; fi
# promtool, in Prometheus' package, evaluates what we ask Prometheus and checks its alerts.
if ! command -v promtool >/dev/null; then missing="${missing:+$missing }prometheus"; fi
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "tests: missing: $missing. Run 'sudo apt-get install $missing', or install it as your system does." >&2
    exit 1
fi
echo "tests: installing $missing from Debian's packages (once)" >&2
policy=/usr/sbin/policy-rc.d
made=""
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    made=yes
fi
trap '[ -z "$made" ] || rm -f "$policy"' EXIT
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update >&2
# shellcheck disable=SC2086 - a list of packages
apt-get -qq install --no-install-recommends --yes $missing >&2
