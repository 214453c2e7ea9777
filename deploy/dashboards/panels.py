"""The few kinds of panels that our dashboards are made of, as Grafana's JSON has them."""

from dataclasses import dataclass

Json = dict[str, object]
OURS = 'job="context-handling", namespace=~"$namespace"'
"""The labels by which series are ours."""
DATA_SOURCE: Json = {"type": "prometheus", "uid": "${datasource}"}
WIDTH, HEIGHT, COLUMNS = 8, 8, 3
SCHEMA_VERSION = 39  # of Grafana 11; newer ones read it too


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    title: str
    queries: tuple[tuple[str, str], ...]
    """Each with the legend of its series."""
    unit: str = "short"
    """As Grafana names it: s, reqps, percentunit, bytes …"""
    kind: str = "timeseries"
    limit: float | None = None
    """Red beyond it."""
    below: bool = False
    """Red below the limit instead."""


def dashboard(uid: str, title: str, description: str, panels: tuple[Panel, ...], *, since: str = "now-6h") -> Json:
    return {
        "uid": uid,
        "title": title,
        "description": description,
        "tags": ["context-handling"],
        "schemaVersion": SCHEMA_VERSION,
        "editable": False,
        "refresh": "1m",
        "time": {"from": since, "to": "now"},
        "templating": {"list": [_data_source_choice(), _namespace_choice()]},
        "panels": [_panel(number, panel) for number, panel in enumerate(panels)],
    }


def _panel(number: int, panel: Panel) -> Json:
    return {
        "id": number + 1,
        "title": panel.title,
        "type": panel.kind,
        "datasource": DATA_SOURCE,
        "gridPos": {
            "x": number % COLUMNS * WIDTH,
            "y": number // COLUMNS * HEIGHT,
            "w": WIDTH,
            "h": HEIGHT,
        },
        "fieldConfig": {"defaults": _field(panel), "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + place), "datasource": DATA_SOURCE, "expr": query, "legendFormat": legend}
            for place, (query, legend) in enumerate(panel.queries)
        ],
    }


def _field(panel: Panel) -> Json:
    field: Json = {"unit": panel.unit}
    if panel.limit is not None:
        good, bad = ("red", "green") if panel.below else ("green", "red")
        steps = [{"color": good, "value": None}, {"color": bad, "value": panel.limit}]
        field |= {"thresholds": {"mode": "absolute", "steps": steps}, "custom": {"thresholdsStyle": {"mode": "line"}}}
    return field


def _data_source_choice() -> Json:
    return {"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus"}


def _namespace_choice() -> Json:
    query = 'label_values(context_handling_build_info{job="context-handling"}, namespace)'
    return {
        "name": "namespace",
        "type": "query",
        "datasource": DATA_SOURCE,
        "query": {"query": query, "refId": "namespaces"},
        "refresh": 2,
        "includeAll": True,
        "allValue": ".*",
        "current": {"text": "All", "value": "$__all"},
    }
