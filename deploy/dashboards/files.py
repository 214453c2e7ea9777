import json
from pathlib import Path

from deploy.dashboards.dependencies import dependencies
from deploy.dashboards.panels import Json
from deploy.dashboards.pipeline import pipeline
from deploy.dashboards.service import service
from deploy.dashboards.slo import slo

FOLDER = Path(__file__).parents[1] / "grafana"


def dashboards() -> dict[str, Json]:
    return {"service": service(), "pipeline": pipeline(), "dependencies": dependencies(), "slo": slo()}


def files() -> dict[str, str]:
    """By name, what belongs into the folder of dashboards."""
    return {f"{name}.json": json.dumps(made, indent=2) + "\n" for name, made in dashboards().items()}
