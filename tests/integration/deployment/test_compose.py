"""compose.yaml, as Docker Compose itself reads it; no engine is needed for that."""

import re

import pytest
import yaml

from entrypoints.bootstrap.read_settings import read_settings
from entrypoints.cli.main import commands
from scripts import setting_names
from tests.integration.deployment.compose import read, services
from tests.integration.deployment.tools import ROOT

OURS = {"serve", "consume", "migrate", "catalogue", "fake-services"}
OTHERS = {"postgres", "rabbitmq", "redis", "minio", "minio-bucket", "prometheus", "alertmanager", "grafana"}


def test_compose_understands_it_and_finds_every_part() -> None:
    assert set(services()) == OURS | OTHERS


def test_nobody_starts_it_with_a_key_that_stands_in_a_file() -> None:
    said = read()

    assert said.code != 0
    assert "SECRET_KEY" in said.err


@pytest.mark.parametrize("name", ["serve", "consume", "migrate", "catalogue"])
def test_the_service_accepts_the_settings_it_is_given(name: str) -> None:
    environment = services()[name]["environment"]

    settings = read_settings(environment | {"API_HOST": "0.0.0.0"})

    assert set(environment) <= setting_names.ALL
    assert settings.analyst == "groq"


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_program_of_ours_exists_and_runs_with_as_little_as_it_needs(name: str) -> None:
    service = services()[name]

    assert service["command"][0] in commands.commands
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_every_service_that_stays_tells_its_health_unless_only_people_look_at_it() -> None:
    quiet = {name for name, service in services().items() if "healthcheck" not in service}

    # `serve` has the one of the image; the last three are for looking at, and one job ends.
    assert quiet == {"serve", "minio-bucket", "prometheus", "alertmanager", "grafana"}


def test_nobody_outside_this_machine_reaches_a_port() -> None:
    published = [port for service in services().values() for port in service.get("ports", [])]

    assert {port["host_ip"] for port in published} == {"127.0.0.1"}


def test_images_of_others_are_pinned_by_an_exact_version() -> None:
    images = {name: services()[name]["image"] for name in OTHERS}

    assert {name: image for name, image in images.items() if not re.search(r":v?(RELEASE\.)?\d+[.\d-]+", image)} == {}


def test_a_stop_may_take_as_long_as_the_service_needs() -> None:
    assert {services()[name]["stop_grace_period"] for name in ("serve", "consume")} == {"35s"}


def test_every_file_that_is_mounted_is_there() -> None:
    mounts = [mount for service in services().values() for mount in service.get("volumes", [])]
    sources = [mount["source"] for mount in mounts if mount["type"] == "bind"]

    # The rules and dashboards are folders, which Docker makes if they are empty.
    assert [source for source in sources if source.endswith(".yaml") and not (ROOT / source).is_file()] == []
    assert all(mount["read_only"] for mount in mounts if mount["type"] == "bind")


def test_prometheus_asks_where_the_service_answers() -> None:
    text = (ROOT / "deploy" / "compose" / "prometheus.yaml").read_text("utf-8")
    targets = [target for job in yaml.safe_load(text)["scrape_configs"] for target in job["static_configs"]]

    settings = read_settings({})
    assert [group["targets"] for group in targets] == [
        [f"serve:{settings.service.api_port}"],
        [f"consume:{settings.service.metrics_port}"],
    ]
