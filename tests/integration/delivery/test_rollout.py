"""A rollout as the pipeline runs it, with the real verdict; only the cluster and Prometheus are made up."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from delivery.canary.verdict import Traffic
from tests.integration.deployment.chart import HELMS
from tests.integration.deployment.tools import tool
from tests.unit.delivery.fake_prometheus import FakePrometheus, serving

ROOT = Path(__file__).parents[3]
STABLE, CANARY = "context-handling", "context-handling-canary"
SERVED = Traffic(requests=9_000, errors=9, p99=0.118)
GOOD = Traffic(requests=1_000, errors=1, p99=0.120)


class Cluster:
    """Its Helm, by way of PATH, and its Prometheus."""

    def __init__(self, directory: Path, prometheus: FakePrometheus, helm: Path) -> None:
        self._state = directory / "helm.json"
        self._programs = directory / "bin"
        self._programs.mkdir()
        self._program("helm", sys.executable, str(Path(__file__).with_name("fake_helm.py")))
        self._program("python3", sys.executable)
        self.prometheus = prometheus
        self._helm = helm
        self.release = STABLE
        self.holds(releases={STABLE: "1.0.0"}, unready=[])

    def _program(self, name: str, *command: str) -> None:
        program = self._programs / name
        program.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n', encoding="utf-8")
        program.chmod(0o755)

    def holds(self, *, releases: dict[str, str], unready: list[str]) -> None:
        state = {"releases": releases, "unready": unready, "journal": []}
        self._state.write_text(json.dumps(state), encoding="utf-8")

    @property
    def releases(self) -> dict[str, str]:
        releases: dict[str, str] = json.loads(self._state.read_text(encoding="utf-8"))["releases"]
        return releases

    @property
    def journal(self) -> list[str]:
        journal: list[str] = json.loads(self._state.read_text(encoding="utf-8"))["journal"]
        return journal

    def rollout(self, *options: str) -> "subprocess.Popen[str]":
        environment = {
            "PATH": f"{self._programs}{os.pathsep}{os.environ['PATH']}",
            "FAKE_HELM_STATE": str(self._state),
            "FAKE_HELM_REAL": str(self._helm),
            "NAMESPACE": "pika",
            "RELEASE": self.release,
            "IMAGE_TAG": "1.1.0",
            "IMAGE_DIGEST": f"sha256:{64 * 'a'}",
            "PROMETHEUS_URL": self.prometheus.url,
        }
        command = (str(ROOT / "deploy" / "canary" / "rollout.sh"), "--looks", "1", *options)
        return subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def rolled_out(self, *options: str) -> tuple[int, str]:
        """Exit code and what was said."""
        running = self.rollout("--pause", "0", *options)
        said, _ = running.communicate(timeout=30)
        return running.returncode, said


@pytest.fixture(params=HELMS)
def cluster(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Cluster]:
    versions = {f'"{CANARY}"': GOOD, f'"{STABLE}"': SERVED}
    with serving(FakePrometheus(looks=[versions])) as prometheus:
        yield Cluster(tmp_path, prometheus, tool(request.param))


def test_a_good_canary_becomes_the_stable_version(cluster: Cluster) -> None:
    code, said = cluster.rolled_out()

    assert (code, cluster.releases) == (0, {STABLE: "1.1.0"}), said
    assert cluster.journal == [f"upgrade {CANARY} 1.1.0", f"upgrade {STABLE} 1.1.0", f"uninstall {CANARY}"]


@pytest.mark.parametrize(
    "canary",
    [replace(GOOD, errors=100), replace(GOOD, p99=1.0), replace(GOOD, requests=12)],
    ids=["more errors", "slower", "hardly asked"],
)
def test_any_other_canary_is_taken_back_and_the_stable_version_stays(canary: Traffic, cluster: Cluster) -> None:
    cluster.prometheus.looks = [{f'"{CANARY}"': canary, f'"{STABLE}"': SERVED}]

    code, said = cluster.rolled_out()

    assert code != 0, said
    assert cluster.releases == {STABLE: "1.0.0"}
    assert f"upgrade {STABLE} 1.1.0" not in cluster.journal


def test_a_version_that_becomes_ready_as_a_canary_only_is_taken_back(cluster: Cluster) -> None:
    cluster.holds(releases={STABLE: "1.0.0"}, unready=[f"{STABLE} 1.1.0"])

    code, said = cluster.rolled_out()

    assert (code, cluster.releases) == (1, {STABLE: "1.0.0"}), said
    assert f"upgrade {STABLE} 1.1.0" in cluster.journal
    assert "deprecated" not in said


def test_while_prometheus_is_away_nothing_is_rolled_out(cluster: Cluster) -> None:
    cluster.prometheus.broken = (503, b"starting")

    code, said = cluster.rolled_out()

    assert (code, cluster.releases) == (2, {STABLE: "1.0.0"}), said


def test_a_canary_that_does_not_become_ready_is_not_even_judged(cluster: Cluster) -> None:
    cluster.holds(releases={STABLE: "1.0.0"}, unready=[f"{CANARY} 1.1.0"])

    code, said = cluster.rolled_out()

    assert (code, cluster.releases, cluster.prometheus.queries) == (1, {STABLE: "1.0.0"}, []), said


def test_without_a_stable_version_there_is_nothing_to_compare_with(cluster: Cluster) -> None:
    cluster.holds(releases={}, unready=[])

    code, said = cluster.rolled_out()

    assert code == 1
    assert "release: not found" in said
    assert cluster.releases == {}


def test_a_release_whose_series_could_not_be_told_apart_is_refused(cluster: Cluster) -> None:
    cluster.release = "pika"

    code, said = cluster.rolled_out()

    assert (code, cluster.journal) == (64, []), said


def test_a_rollout_that_is_cancelled_leaves_no_canary_behind(cluster: Cluster) -> None:
    running = cluster.rollout("--pause", "600")
    while CANARY not in cluster.releases:
        time.sleep(0.02)
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=30)

    assert running.returncode == 143
    assert cluster.releases == {STABLE: "1.0.0"}
