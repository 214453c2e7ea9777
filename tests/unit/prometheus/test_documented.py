import re

from tests.architecture.source_files import ROOT
from tests.exported_metrics import BOUND, exported_labels, exported_names

OPERATIONS = ROOT / "docs" / "operations.md"
# By the library, and only where there is a /proc.
OF_THE_LIBRARY = "process_"
PARTS_OF_A_HISTOGRAM = ("_bucket", "_sum", "_count")


def test_every_metric_is_documented_and_no_other() -> None:
    documented = {name for names, _ in _rows() for name in names}

    exported = {name for name in exported_names() if not name.startswith(OF_THE_LIBRARY)}
    histograms = {name.removesuffix("_bucket") for name in exported if name.endswith("_bucket")}
    parts = {histogram + part for histogram in histograms for part in PARTS_OF_A_HISTOGRAM}
    assert documented == exported - parts | histograms


def test_every_metric_is_documented_with_its_labels() -> None:
    exported = {name.removesuffix("_bucket"): labels - {BOUND} for name, labels in exported_labels().items()}

    documented = {name: labels for names, labels in _rows() for name in names}

    assert documented == {name: exported[name] for name in documented}


def _rows() -> list[tuple[list[str], set[str]]]:
    """Names and labels of each row of the table."""
    chapter = OPERATIONS.read_text(encoding="utf-8").partition("\n## Metrics\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]*`) \| ([^|]*)\|", chapter, re.MULTILINE)
    return [(re.findall(r"`(\w+)`", names), set(re.findall(r"\w+", labels))) for names, labels in rows]
