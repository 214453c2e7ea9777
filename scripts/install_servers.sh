#!/bin/sh
# What the tests need on the machine itself, wherever the servers come from: programs of servers that they break, and tools
# that they run. Debian's packages serve; as root they are installed here, without starting a service. Whoever has them
# needs no rights.
set -eu

missing=""
needs() { missing="${missing:+$missing }$1"; }

# Runbooks are followed with RabbitMQ's own tools, on a node of one's own: neither a given one nor Docker will do for them.
[ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || needs rabbitmq-server
# They ask with psql and curl, too.
command -v psql >/dev/null || needs postgresql-client
command -v curl >/dev/null || needs curl
# Some tests break a Redis of their own: neither a given one nor Docker will do for them.
command -v redis-server >/dev/null || needs redis-server
# Prometheus looks at our processes; promtool, in its package, evaluates what we ask it and checks its alerts.
command -v promtool >/dev/null || needs prometheus
# amtool, in Alertmanager's, reads its configuration and says who would be told.
command -v amtool >/dev/null || needs prometheus-alertmanager
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "tests: missing: $missing; some tests break servers of their own or follow runbooks with these programs, for which" \
        "neither TEST_RABBITMQ_URL nor Docker will do: run 'sudo apt-get install $missing', or install it as your system does." >&2
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
