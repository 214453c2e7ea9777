"""Writes the names of the settings into the schema of the chart's values: Helm refuses those that do not exist."""

import json
from pathlib import Path

from scripts import setting_names

SCHEMA = Path(__file__).parents[1] / "charts" / "context-handling" / "values.schema.json"
# The chart says where processes listen: its probes, services and network policies must agree.
OF_THE_CHART = {"API_HOST", "API_PORT", "METRICS_PORT"}


def written(schema: str) -> str:
    read = json.loads(schema)
    groups = read["properties"]
    plain = setting_names.ALL - setting_names.SECRET - OF_THE_CHART
    groups["settings"]["propertyNames"] = {"enum": sorted(plain)}
    groups["secrets"]["properties"]["values"]["propertyNames"] = {"enum": sorted(setting_names.SECRET)}
    return json.dumps(read, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(written(SCHEMA.read_text("utf-8")), "utf-8")
