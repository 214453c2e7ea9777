"""The chart, rendered by Helm itself."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.integration.deployment.tools import ROOT, Said, call

CHART = ROOT / "charts" / "context-handling"
EXAMPLES = {file.stem: file for file in sorted((CHART / "examples").glob("*.yaml"))}
# What the roll-out puts over the values of the stable release.
CANARY = ROOT / "deploy" / "canary" / "values.yaml"
HELMS = ("helm3", "helm4")
RULE_FILES = sorted(file for kind in ("alerts", "rules") for file in (ROOT / "deploy" / "prometheus" / kind).iterdir())
RELEASE = "pika"
NAMESPACE = "robots"
SECRETS = {
    "SECRET_KEY": "0123456789abcdef0123456789abcdef",
    "DATABASE_URL": "postgresql://service:word@db:5432/context_handling",
    "RABBITMQ_URL": "amqp://service:word@mq:5672/",
}
Manifest = dict[str, Any]
Values = Mapping[str, object]
WITH_SECRETS: Values = {"secrets": {"values": SECRETS}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    manifests: tuple[Manifest, ...]

    def of_kind(self, kind: str) -> list[Manifest]:
        return [manifest for manifest in self.manifests if manifest["kind"] == kind]

    def one(self, kind: str, ending: str = "") -> Manifest:
        (found,) = [found for found in self.of_kind(kind) if found["metadata"]["name"].endswith(ending)]
        return found

    def pods(self) -> Iterator[tuple[str, Manifest]]:
        """Name and pod template of everything that starts pods."""
        for manifest in self.manifests:
            spec = manifest.get("spec", {})
            if "jobTemplate" in spec:
                spec = spec["jobTemplate"]["spec"]
            if "containers" in spec.get("template", {}).get("spec", {}):
                yield manifest["metadata"]["name"], spec["template"]

    def containers(self) -> Iterator[tuple[str, Manifest]]:
        for name, pod in self.pods():
            for container in pod["spec"]["containers"]:
                yield name, container


def template(helm: str, *, values: Values, files: Iterable[Path] = ()) -> Said:
    """What `helm template` says. JSON is YAML: values go in as they are."""
    read = [word for file in files for word in ("--values", str(file))]
    given = [word for name, value in values.items() for word in ("--set-json", f"{name}={json.dumps(value)}")]
    return call(helm, "template", RELEASE, str(CHART), "--namespace", NAMESPACE, *read, *given)


def rendered(values: Values = WITH_SECRETS, *, files: Iterable[Path] = (), helm: str = "helm4") -> Rendered:
    said = template(helm, values=values, files=files)
    assert said.code == 0, said.err
    return Rendered(manifests=tuple(filter(None, yaml.safe_load_all(said.out))))


@cache
def example(name: str, helm: str = "helm4") -> Rendered:
    """An example as it is meant to be installed: the small one with secrets, the canary upon production."""
    match name:
        case "small":
            return rendered(WITH_SECRETS, files=[EXAMPLES[name]], helm=helm)
        case "canary":
            return rendered({}, files=[EXAMPLES["production"], CANARY], helm=helm)
        case _:
            return rendered({}, files=[EXAMPLES[name]], helm=helm)
