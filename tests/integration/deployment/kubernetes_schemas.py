"""The API of Kubernetes as JSON schemas, of the oldest and the newest version the chart is for."""

import json
from functools import cache

import jsonschema_rs

from tests.integration.deployment.chart import Manifest
from tests.integration.deployment.tools import tool

VERSIONS = ("1.28.0", "1.37.0")
# Where the schemas say that their definitions lie; nothing is fetched.
_DEFINITIONS = "https://kubernetes.invalid/api/_definitions.json"
_BASE = "https://kubernetes.invalid/api/{}"
# Kinds of operators, of which the package has no schemas.
FOREIGN_GROUPS = {"monitoring.coreos.com", "keda.sh"}


def faults(manifest: Manifest, version: str) -> list[str]:
    """Unknown fields count too. Raises FileNotFoundError for a kind that this version does not have."""
    validator = _validator(version, manifest["apiVersion"], manifest["kind"])
    return [f"{'.'.join(map(str, error.instance_path))}: {error.message}" for error in validator.iter_errors(manifest)]


def is_foreign(manifest: Manifest) -> bool:
    return manifest["apiVersion"].partition("/")[0] in FOREIGN_GROUPS


@cache
def _registry(version: str) -> jsonschema_rs.Registry:
    definitions = (tool("kubernetes-schemas") / version / "_definitions.json").read_text("utf-8")
    return jsonschema_rs.Registry([(_DEFINITIONS, json.loads(definitions))])


@cache
def _validator(version: str, api_version: str, kind: str) -> jsonschema_rs.Validator:
    group, _, name = api_version.rpartition("/")
    file = "-".join(filter(None, (kind.lower(), group.partition(".")[0], name))) + ".json"
    schema = json.loads((tool("kubernetes-schemas") / version / file).read_text("utf-8"))
    schema["$id"] = _BASE.format(file)
    return jsonschema_rs.validator_for(schema, registry=_registry(version))
