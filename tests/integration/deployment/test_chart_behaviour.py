"""What the chart promises: probes, timeouts, the order of things, scaling, and what it refuses."""

from typing import Any

import pytest
import yaml

from entrypoints.bootstrap.read_settings import read_settings
from tests.integration.deployment.chart import (
    CHART,
    EXAMPLES,
    NAMESPACE,
    RULE_FILES,
    SECRETS,
    WITH_SECRETS,
    example,
    rendered,
    template,
)

STOP_SECONDS = 30  # what the contract allows a stop
ANSWER_SECONDS = 55  # and an answer


def _container(ending: str, name: str = "production") -> dict[str, Any]:
    deployment = example(name).one("Deployment", ending)
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    return {**container, "ports": {port["name"]: port["containerPort"] for port in container["ports"]}}


def test_the_service_accepts_the_settings_and_listens_where_the_probes_ask() -> None:
    data = example("small").one("ConfigMap", "context-handling")["data"]

    settings = read_settings(data | SECRETS)

    assert _container("-http")["ports"] == {"http": settings.service.api_port}
    assert _container("-consumer")["ports"] == {"metrics": settings.service.metrics_port}
    assert settings.service.api_host == "0.0.0.0"


def test_probes_ask_whether_http_lives_and_whether_it_is_ready() -> None:
    container = _container("-http")

    asked = {kind: container[kind]["httpGet"] for kind in ("startupProbe", "livenessProbe", "readinessProbe")}

    assert asked["startupProbe"] == asked["livenessProbe"] == {"path": "/livez", "port": "http"}
    assert asked["readinessProbe"] == {"path": "/readyz", "port": "http"}


def test_a_consumer_is_asked_whether_it_lives() -> None:
    container = _container("-consumer")

    assert container["livenessProbe"]["httpGet"] == {"path": "/livez", "port": "metrics"}
    assert container["startupProbe"]["httpGet"] == {"path": "/livez", "port": "metrics"}


@pytest.mark.parametrize(("ending", "before"), [("-http", 5), ("-consumer", 0)])
def test_a_pod_is_killed_only_after_the_stop_has_had_its_time(ending: str, before: int) -> None:
    pod = example("production").one("Deployment", ending)["spec"]["template"]["spec"]

    assert pod["terminationGracePeriodSeconds"] > before + STOP_SECONDS


def test_http_pods_wait_for_load_balancers_before_they_stop() -> None:
    assert _container("-http")["lifecycle"]["preStop"]["exec"]["command"] == ["sleep", "5"]


def test_the_load_balancer_waits_longer_than_the_service_takes() -> None:
    annotations = example("production").one("Ingress")["metadata"]["annotations"]
    timeouts = [int(value) for name, value in annotations.items() if name.endswith(("read-timeout", "send-timeout"))]

    assert timeouts == [60, 60]
    assert min(timeouts) > ANSWER_SECONDS


def test_the_load_balancer_refuses_to_give_up_earlier_than_the_service() -> None:
    said = template("helm4", values={"ingress": {"timeoutSeconds": 55}}, files=[EXAMPLES["production"]])

    assert said.code != 0
    assert "timeoutSeconds" in said.err


def test_an_aws_load_balancer_is_told_the_same_in_its_own_words() -> None:
    annotations = example("managed").one("Ingress")["metadata"]["annotations"]

    assert annotations["alb.ingress.kubernetes.io/load-balancer-attributes"] == "idle_timeout.timeout_seconds=60"
    assert not [name for name in annotations if name.startswith("nginx")]


def test_callers_from_outside_reach_the_api_and_nothing_else() -> None:
    (rule,) = example("production").one("Ingress")["spec"]["rules"]

    assert [path["path"] for path in rule["http"]["paths"]] == ["/v1"]


def test_the_schema_is_brought_up_to_date_before_anything_new_starts() -> None:
    hooks = {
        (one["kind"], int(annotations["helm.sh/hook-weight"])): annotations["helm.sh/hook"]
        for one in example("small").manifests
        if "helm.sh/hook" in (annotations := one["metadata"].get("annotations", {}))
    }

    assert set(hooks.values()) == {"pre-install,pre-upgrade"}
    # What the job needs is there before it, also at the first install, when nothing else is.
    assert dict(hooks.keys()) == {"ConfigMap": -10, "Secret": -10, "ServiceAccount": -10, "Job": 0}


def test_pods_start_anew_when_a_setting_or_a_secret_changes() -> None:
    def checksums(values: dict[str, Any]) -> dict[str, str]:
        deployment = rendered({**WITH_SECRETS, **values}).one("Deployment", "-http")
        annotations: dict[str, str] = deployment["spec"]["template"]["metadata"]["annotations"]
        return annotations

    before = checksums({})
    setting = checksums({"settings": {"LOG_LEVEL": "DEBUG"}})
    secret = checksums({"secrets": {"values": SECRETS | {"GROQ_API_KEY": "key"}}})

    assert {name for name in before if before[name] != setting[name]} == {"checksum/settings"}
    assert {name for name in before if before[name] != secret[name]} == {"checksum/secrets"}


def test_an_autoscaler_alone_says_how_many() -> None:
    production = example("production")

    assert "replicas" not in production.one("Deployment", "-http")["spec"]
    assert "replicas" not in production.one("Deployment", "-consumer")["spec"]
    assert production.one("HorizontalPodAutoscaler")["spec"]["minReplicas"] == 3
    assert example("small").one("Deployment", "-consumer")["spec"]["replicas"] == 1


def test_consumers_are_scaled_by_the_age_of_what_is_due() -> None:
    scaled = example("production").one("ScaledObject")["spec"]
    (trigger,) = scaled["triggers"]

    assert scaled["scaleTargetRef"]["name"] == example("production").one("Deployment", "-consumer")["metadata"]["name"]
    assert trigger["metadata"]["query"] == (
        f'max(events_oldest_due_age_seconds{{job="context-handling", namespace="{NAMESPACE}"}})'
    )


def test_two_autoscalers_for_one_deployment_are_refused() -> None:
    both = {"consumer": {"autoscaling": {"enabled": True}, "keda": {"enabled": True}}}

    said = template("helm4", values={**WITH_SECRETS, **both})

    assert said.code != 0
    assert "exclude each other" in said.err


def test_prometheus_is_told_what_the_rules_ask_for() -> None:
    endpoints = example("production").one("ServiceMonitor")["spec"]["endpoints"]
    labels = {
        one["port"]: {rule["targetLabel"]: rule["replacement"] for rule in one["relabelings"]} for one in endpoints
    }
    ports = {port["name"] for service in example("production").of_kind("Service") for port in service["spec"]["ports"]}

    assert set(labels) == ports
    assert labels == {
        "http": {"job": "context-handling", "process": "serve"},
        "metrics": {"job": "context-handling", "process": "consume"},
    }


def test_the_cluster_gets_every_rule_that_was_tested() -> None:
    tested = [group for file in RULE_FILES for group in yaml.safe_load(file.read_text("utf-8"))["groups"]]

    released = example("production").one("PrometheusRule")["spec"]["groups"]

    assert tested
    assert released == tested


def test_a_canary_takes_calls_of_the_same_host_and_leaves_the_rest_to_the_stable_release() -> None:
    canary = example("canary")
    annotations = canary.one("Ingress")["metadata"]["annotations"]

    assert annotations["nginx.ingress.kubernetes.io/canary-weight"] == "10"
    assert canary.one("Deployment", "-consumer")["spec"]["replicas"] == 0
    assert [canary.of_kind(kind) for kind in ("CronJob", "PrometheusRule", "ScaledObject")] == [[], [], []]


def test_the_backup_runs_its_own_image_and_outlives_the_release() -> None:
    production = example("production")
    job = production.one("CronJob")["spec"]
    (container,) = job["jobTemplate"]["spec"]["template"]["spec"]["containers"]

    assert container["image"].endswith(":0.1.0-backup")
    assert (job["concurrencyPolicy"], job["timeZone"]) == ("Forbid", "Asia/Ho_Chi_Minh")
    claim = production.one("PersistentVolumeClaim")
    assert claim["metadata"]["annotations"]["helm.sh/resource-policy"] == "keep"


def test_a_digest_is_stronger_than_a_tag() -> None:
    digest = "sha256:" + "0" * 64

    images = {
        container["image"] for _, container in rendered({**WITH_SECRETS, "image": {"digest": digest}}).containers()
    }

    assert images == {f"context-handling@{digest}"}


def test_jobs_take_no_calls_and_consumers_are_for_prometheus_only() -> None:
    policies = {
        one["spec"]["podSelector"]["matchLabels"]["app.kubernetes.io/component"]: one["spec"]["ingress"]
        for one in example("production").of_kind("NetworkPolicy")
    }

    assert policies["migration"] == policies["backup"] == []
    (consumer,) = policies["consumer"]
    assert [peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"] for peer in consumer["from"]] == [
        "monitoring"
    ]


REFUSED = {
    "a setting that does not exist": {"settings": {"DB_POOL": "10"}},
    "a secret among settings": {"settings": {"SECRET_KEY": "x"}},
    "a setting among secrets": {"secrets": {"values": SECRETS | {"LOG_LEVEL": "INFO"}}},
    "a number, which Helm would write as 6.7e+07": {"settings": {"CONSUMER_MAX_BYTES_IN_FLIGHT": 67108864}},
    "a port that probes would not know": {"settings": {"API_PORT": "8080"}},
    "a value that does not exist": {"http": {"replica": 3}},
    "whatever is latest": {"image": {"tag": "latest"}},
    "a Secret of both": {"secrets": {"existingSecret": "mine", "values": SECRETS}},
    "an ingress without a host": {"ingress": {"enabled": True}},
}


@pytest.mark.parametrize("values", REFUSED.values(), ids=REFUSED)
def test_it_refuses(values: dict[str, Any]) -> None:
    said = template("helm4", values={**WITH_SECRETS, **values})

    assert said.code != 0
    assert "values don't meet the specifications" in said.err


def test_it_tells_all_that_is_missing_at_once() -> None:
    said = template("helm4", values={"secrets": {"values": {"GROQ_API_KEY": "key"}}})

    assert said.code != 0
    assert "SECRET_KEY, DATABASE_URL, RABBITMQ_URL" in said.err


def test_every_value_is_documented_and_every_documented_value_has_a_schema() -> None:
    schema = yaml.safe_load((CHART / "values.schema.json").read_text("utf-8"))
    values = yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))

    assert _without_schema(values, schema, "") == []
    assert set(schema["properties"]) - {"global"} == set(values)


def _without_schema(values: dict[str, Any], schema: dict[str, Any], place: str) -> list[str]:
    known = schema.get("properties", {})
    if not known:
        return []
    missing = [f"{place}.{name}" for name in values if name not in known]
    missing += [f"{place}.{name}" for name in known if name not in values and place]
    for name, value in values.items():
        if isinstance(value, dict) and name in known:
            missing += _without_schema(value, known[name], f"{place}.{name}")
    return missing
