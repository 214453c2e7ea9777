#!/bin/sh
# Are there known vulnerabilities in what we lock? Asks the database of the package index, so it needs the network, and
# is no part of `make check`. pip-audit lives in an environment of its own: nothing that we ship depends on it.
set -eu
cd "$(dirname "$0")/.."
tool=.venv/audit
if ! cmp -s requirements/audit.txt "$tool/installed.txt"; then
    .venv/bin/python -m venv --without-pip "$tool"
    .venv/bin/python -m pip --python "$tool/bin/python" install --quiet --disable-pip-version-check \
        --require-hashes --no-deps -r requirements/audit.txt
    cp requirements/audit.txt "$tool/installed.txt"
fi
for lock in runtime development; do
    echo "audit: requirements/$lock.txt" >&2
    # Strict: a package that the database was not asked about is no package without vulnerabilities.
    "$tool/bin/pip-audit" --strict --require-hashes --disable-pip --progress-spinner off -r "requirements/$lock.txt"
done
