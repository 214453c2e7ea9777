#!/bin/sh
# Pins every dependency with its hashes, for every supported Python, without naming an index.
set -eu
cd "$(dirname "$0")/.."
uv="${UV:-uv}"
compile() {
    "$uv" pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header --quiet --upgrade "$@"
}
compile --output-file requirements/runtime.txt
compile --extra embedded --group development --constraint requirements/runtime.txt \
    --output-file requirements/development.txt
