"""What the chart makes of its example values is what a cluster takes, and keeps to the house's rules."""

import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from entrypoints.cli.main import commands
from scripts import setting_names
from tests.integration.deployment.chart import CHART, EXAMPLES, HELMS, NAMESPACE, RULE_FILES, SECRETS, example, rendered
from tests.integration.deployment.kubernetes_schemas import VERSIONS, faults, is_foreign
from tests.integration.deployment.tools import call

everywhere = pytest.mark.parametrize("name", [*EXAMPLES, "canary"])


@pytest.mark.parametrize("helm", HELMS)
def test_helm_finds_nothing_to_complain_about(helm: str) -> None:
    said = call(helm, "lint", "--strict", str(CHART), "--set-json", f"secrets.values={json.dumps(SECRETS)}")

    assert said.code == 0, said.out + said.err


@everywhere
def test_both_helms_make_the_same_of_it(name: str) -> None:
    older, newer = (
        sorted(example(name, helm).manifests, key=lambda one: (one["kind"], one["metadata"]["name"])) for helm in HELMS
    )

    assert older == newer


@everywhere
@pytest.mark.parametrize("version", VERSIONS)
def test_kubernetes_knows_every_field(name: str, version: str) -> None:
    own = [manifest for manifest in example(name).manifests if not is_foreign(manifest)]

    assert own
    assert [(manifest["kind"], fault) for manifest in own for fault in faults(manifest, version)] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_the_schemas_would_find_a_misspelt_field(version: str) -> None:
    deployment: Any = json.loads(json.dumps(example("small").one("Deployment", "-http")))
    deployment["spec"]["template"]["spec"]["containers"][0]["securityContxt"] = {}

    assert faults(deployment, version)


@everywhere
def test_every_name_is_there_once_and_short_enough(name: str) -> None:
    keys = [(manifest["kind"], manifest["metadata"]["name"]) for manifest in example(name).manifests]

    assert len(keys) == len(set(keys))
    assert max(len(key) for _, key in keys) <= 52  # the most that a CronJob may have


def test_a_release_with_a_long_name_still_has_short_ones() -> None:
    values = {"secrets": {"values": SECRETS}, "fullnameOverride": "x" * 63, "backup": {"enabled": True}}

    names = [manifest["metadata"]["name"] for manifest in rendered(values).manifests]

    assert max(map(len, names)) <= 52


@everywhere
def test_pods_keep_to_the_restricted_standard(name: str) -> None:
    pods = dict(example(name).pods())

    assert len(pods) >= 3
    for pod in pods.values():
        context = pod["spec"]["securityContext"]
        assert (context["runAsNonRoot"], context["runAsUser"]) == (True, 10001)
        assert context["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["spec"]["automountServiceAccountToken"] is False
        assert pod["spec"]["enableServiceLinks"] is False
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod["spec"])
    for _, container in example(name).containers():
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


@everywhere
def test_every_container_says_what_it_needs_and_has_a_bound_for_memory(name: str) -> None:
    for owner, container in example(name).containers():
        assert set(container["resources"]["requests"]) == {"cpu", "memory"}, owner
        assert "memory" in container["resources"]["limits"], owner


@everywhere
def test_no_image_is_whatever_is_latest(name: str) -> None:
    tags = {owner: container["image"].rpartition(":")[2] for owner, container in example(name).containers()}

    assert {owner: tag for owner, tag in tags.items() if tag in ("", "latest")} == {}


@everywhere
def test_every_container_runs_a_command_that_exists_with_options_that_exist(name: str) -> None:
    ran = {container["args"][0]: container["args"][1:] for _, container in example(name).containers()}

    assert ran.keys() >= {"serve", "consume", "migrate"}
    for command, arguments in ran.items():
        options = {option for parameter in commands.commands[command].params for option in parameter.opts}
        assert {word for word in arguments if word.startswith("--")} <= options


@everywhere
def test_every_setting_is_one_of_the_service(name: str) -> None:
    plain = [manifest["data"] for manifest in example(name).of_kind("ConfigMap")]
    secret = [manifest["stringData"] for manifest in example(name).of_kind("Secret")]

    assert plain
    assert {key for data in plain for key in data} <= setting_names.ALL - setting_names.SECRET
    assert {key for data in secret for key in data} <= setting_names.SECRET


@everywhere
def test_what_pods_refer_to_is_part_of_the_release_or_named_by_its_values(name: str) -> None:
    made = {(manifest["kind"], manifest["metadata"]["name"]) for manifest in example(name).manifests}
    existing = {("Secret", "context-handling")} if name != "small" else set()

    for owner, pod in example(name).pods():
        spec = pod["spec"]
        assert ("ServiceAccount", spec["serviceAccountName"]) in made, owner
        for source in spec["containers"][0]["envFrom"]:
            (kind, reference) = next(iter(source.items()))
            key = ({"configMapRef": "ConfigMap", "secretRef": "Secret"}[kind], reference["name"])
            assert key in made | existing, owner
        claims = [volume["persistentVolumeClaim"] for volume in spec.get("volumes", []) if "emptyDir" not in volume]
        assert all(("PersistentVolumeClaim", claim["claimName"]) in made for claim in claims)


@everywhere
def test_selectors_find_the_pods_they_are_for(name: str) -> None:
    labels = [pod["metadata"]["labels"] for _, pod in example(name).pods()]
    policies = example(name).of_kind("NetworkPolicy")
    selectors = [manifest["spec"]["selector"] for manifest in example(name).of_kind("Service")]
    selectors += [manifest["spec"]["selector"]["matchLabels"] for manifest in example(name).of_kind("Deployment")]
    selectors += [
        manifest["spec"]["selector"]["matchLabels"] for manifest in example(name).of_kind("PodDisruptionBudget")
    ]

    for selector in selectors:
        assert len([found for found in labels if selector.items() <= found.items()]) == 1
    chosen = [manifest["spec"]["podSelector"]["matchLabels"] for manifest in policies]
    assert all(any(one.items() <= found.items() for one in chosen) for found in labels) or not policies


def test_a_release_stays_in_its_namespace() -> None:
    assert {one["metadata"].get("namespace", NAMESPACE) for one in example("production").manifests} == {NAMESPACE}


@pytest.mark.parametrize("helm", HELMS)
def test_a_package_holds_the_rules_and_not_a_link_to_them(helm: str, tmp_path: Path) -> None:
    said = call(helm, "package", str(CHART), "--destination", str(tmp_path))
    (package,) = tmp_path.glob("*.tgz")
    with tarfile.open(package) as opened:
        rules = [member for member in opened.getmembers() if "/prometheus/" in member.name]

    assert said.code == 0, said.err
    assert len(rules) == len(RULE_FILES) > 0
    assert all(member.isfile() for member in rules)
