"""Writes deploy/grafana from the code: ``python -m deploy.dashboards``."""

from deploy.dashboards.files import FOLDER, files

for name, text in files().items():
    (FOLDER / name).write_text(text, encoding="utf-8")
