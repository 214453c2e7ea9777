#!/bin/sh
# Are there known vulnerabilities in what we lock? Asks the database of the package index, so it needs the network;
# with --required it insists on an answer. pip-audit lives in an environment of its own: nothing that we ship depends
# on it.
set -eu
cd "$(dirname "$0")/.."
tool=.venv/audit
if ! cmp -s requirements/audit.txt "$tool/installed.txt"; then
    .venv/bin/python -m venv --without-pip "$tool"
    .venv/bin/python -m pip --python "$tool/bin/python" install --quiet --disable-pip-version-check \
        --require-hashes --no-deps -r requirements/audit.txt
    cp requirements/audit.txt "$tool/installed.txt"
fi
exec .venv/bin/python -m delivery.audit "$@" "$tool/bin/pip-audit" requirements/runtime.txt requirements/development.txt
