import pytest

from domain.alert import RULES, Alert, AlertComponent, AlertLevel, AlertType

# What domain.md §9 says.
LEVELS = {
    "POSTGRES_POOL_EXHAUSTED": {"CRITICAL", "HIGH"},
    "POSTGRES_UNAVAILABLE": {"CRITICAL"},
    "POSTGRES_QUERY_TIMEOUT": {"MEDIUM"},
    "SLOW_DATABASE_QUERY": {"LOW"},
    "QUEUE_UNAVAILABLE": {"HIGH"},
    "QUEUE_BACKLOG": {"HIGH"},
    "LLM_TIMEOUT": {"HIGH"},
    "LLM_RATE_LIMIT": {"HIGH"},
    "CIRCUIT_OPEN": {"CRITICAL", "INFO"},
    "ANALYSIS_DEGRADED": {"LOW"},
    "EXTERNAL_API_TIMEOUT": {"HIGH"},
    "POISON_MESSAGE": {"HIGH"},
    "PERMANENTLY_FAILED": {"CRITICAL"},
    "SLOW_REQUEST": {"MEDIUM"},
    "SYSTEM_ERROR": {"CRITICAL"},
    "TEST_ALERT": {"INFO"},
}


def test_every_type_has_the_levels_that_were_agreed() -> None:
    assert {kind.value: {level.value for level in rule.levels} for kind, rule in RULES.items()} == LEVELS


@pytest.mark.parametrize("kind", list(AlertType))
def test_every_type_says_what_to_do_and_where_to_read_more(kind: AlertType) -> None:
    alert = Alert(type=kind, level=min(RULES[kind].levels), component=AlertComponent.HTTP, what="x")

    assert alert.remedy
    assert alert.runbook == f"docs/runbooks/{kind.value}.md"


def test_no_type_is_told_at_a_level_that_was_not_agreed() -> None:
    with pytest.raises(ValueError, match="SLOW_REQUEST is never CRITICAL"):
        Alert(
            type=AlertType.SLOW_REQUEST, level=AlertLevel.CRITICAL, component=AlertComponent.HTTP, what="It took 6 s."
        )
