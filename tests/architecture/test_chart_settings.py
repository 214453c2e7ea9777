"""Helm refuses settings that do not exist, so it must know those that do."""

from scripts.write_chart_settings import SCHEMA, written


def test_the_chart_knows_every_setting() -> None:
    schema = SCHEMA.read_text("utf-8")

    assert schema == written(schema), "run make specifications"
