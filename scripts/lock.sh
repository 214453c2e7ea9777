#!/bin/sh
# Pins every dependency with its hashes, for every supported Python, without naming an index.
set -eu
cd "$(dirname "$0")/.."
uv="${UV:-uv}"
compile() {
    "$uv" pip compile --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --quiet --upgrade "$@"
}
compile pyproject.toml --output-file requirements/runtime.txt
compile pyproject.toml --extra embedded --group development --constraint requirements/runtime.txt \
    --output-file requirements/development.txt
compile --group pyproject.toml:audit --output-file requirements/audit.txt
compile --group pyproject.toml:build --constraint requirements/development.txt --output-file requirements/build.txt
# Only what is unpacked: what those packages would import is not needed.
compile --group pyproject.toml:deployment --no-deps --output-file requirements/deployment.txt
