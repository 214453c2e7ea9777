#!/bin/sh
# Makes .venv with everything the project needs, from the hashed lock. Costs nothing when nothing changed.
# Works without root; without Debian's python3-venv too, as far as the package lists on the machine allow.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }
die() { say "setup: $*"; exit 1; }

find_python() {
    for candidate in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
        [ -n "$candidate" ] || continue
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            "$candidate" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    die "Python 3.11 or newer is needed; none was found (set PYTHON=/path/to/python3)."
}

# Debian ships python3 without pip and without ensurepip; its own wheel of pip can be unpacked by any user.
pip_wheel_from_debian() {
    command -v apt-get >/dev/null || return 1
    mkdir -p .venv/bootstrap
    if [ "$(id -u)" = 0 ] && ! apt-cache show python3-pip-whl >/dev/null 2>&1; then apt-get -qq update >&2; fi
    (cd .venv/bootstrap && apt-get -qq download python3-pip-whl >&2 && dpkg -x python3-pip-whl_*.deb .) || return 1
    find "$PWD/.venv/bootstrap/usr/share/python-wheels" -name 'pip-*.whl' | head -n 1
}

make_environment() {
    rm -rf .venv
    if "$1" -c 'import ensurepip' 2>/dev/null; then
        "$1" -m venv .venv
    else
        "$1" -m venv --without-pip .venv
        wheel=$(pip_wheel_from_debian) || die "this Python has no pip: install Debian's python3-venv package and run again."
        .venv/bin/python "$wheel/pip" install --quiet --no-index "$wheel"
        rm -rf .venv/bootstrap
    fi
}

fingerprint() { cat requirements/development.txt pyproject.toml scripts/setup.sh | cksum; pwd; }

if [ -f .venv/ready ] && [ "$(cat .venv/ready)" = "$(fingerprint)" ]; then exit 0; fi
python=$(find_python)
say "setup: bringing .venv up to date with $("$python" --version) (about a minute the first time)"
# An environment that works is brought up to date; anything else is made anew.
.venv/bin/python -m pip --version >/dev/null 2>&1 || make_environment "$python"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
    -r requirements/development.txt
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
# Byte code at once: an environment that forbids writing it later would pay at every start.
.venv/bin/python -m compileall -q .venv/lib/python*/site-packages >/dev/null 2>&1 || true
fingerprint >.venv/ready
