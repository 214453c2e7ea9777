#!/bin/sh
# The tests need a RabbitMQ. Debian's package serves; as root it is installed here, without starting a service.
set -eu
if [ -n "${TEST_RABBITMQ_URL:-}" ] || [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ]; then exit 0; fi
if [ -n "${DOCKER_HOST:-}" ] || [ -S /var/run/docker.sock ]; then exit 0; fi
if ! command -v apt-get >/dev/null; then
    echo "tests: RabbitMQ is missing. Give TEST_RABBITMQ_URL, start Docker, or install rabbitmq-server." >&2
    exit 1
fi
if [ "$(id -u)" != 0 ]; then
    echo "tests: RabbitMQ is missing. Run 'sudo apt-get install rabbitmq-server', or give TEST_RABBITMQ_URL, or start Docker." >&2
    exit 1
fi
echo "tests: installing RabbitMQ from Debian's packages (once)" >&2
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
apt-get -qq install --no-install-recommends --yes rabbitmq-server >&2
