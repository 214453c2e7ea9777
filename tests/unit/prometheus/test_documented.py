import re

from tests.architecture.source_files import ROOT
from tests.exported_metrics import exported_names

OPERATIONS = ROOT / "docs" / "operations.md"
# By the library, and only where there is a /proc.
OF_THE_LIBRARY = "process_"
PARTS_OF_A_HISTOGRAM = ("_bucket", "_sum", "_count")


def test_every_metric_is_documented_and_no_other() -> None:
    chapter = OPERATIONS.read_text(encoding="utf-8").partition("\n## Metrics\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]*`) \|", chapter, re.MULTILINE)
    documented = {name for row in rows for name in re.findall(r"`(\w+)`", row)}

    exported = {name for name in exported_names() if not name.startswith(OF_THE_LIBRARY)}
    histograms = {name.removesuffix("_bucket") for name in exported if name.endswith("_bucket")}
    parts = {histogram + part for histogram in histograms for part in PARTS_OF_A_HISTOGRAM}
    assert documented == exported - parts | histograms
