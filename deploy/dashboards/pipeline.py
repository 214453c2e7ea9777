from deploy.dashboards.panels import OURS, Json, Panel, dashboard


def _quantile(share: float, histogram: str) -> str:
    return f"histogram_quantile({share}, sum by (le) (rate({histogram}_bucket{{{OURS}}}[$__rate_interval])))"


def pipeline() -> Json:
    """From an accepted conversation to its score."""
    return dashboard(
        "context-handling-pipeline",
        "Context Handling: pipeline",
        "From an accepted conversation to its score.",
        (
            Panel(title="Events due", queries=((f"max(events_due{{{OURS}}})", "due"),), limit=1000),
            Panel(
                title="Oldest due event",
                queries=((f"max(events_oldest_due_age_seconds{{{OURS}}})", "age"),),
                unit="s",
                limit=300,
            ),
            Panel(
                title="Events that are not finished",
                queries=((f"max by (status) (events{{{OURS}}})", "{{status}}"),),
            ),
            Panel(
                title="Accepted to scored",
                queries=(
                    (_quantile(0.5, "event_end_to_end_seconds"), "p50"),
                    (_quantile(0.99, "event_end_to_end_seconds"), "p99"),
                ),
                unit="s",
                limit=300,
            ),
            Panel(
                title="Attempts by outcome",
                queries=(
                    (f"sum by (outcome) (rate(event_attempts_total{{{OURS}}}[$__rate_interval]))", "{{outcome}}"),
                ),
                unit="ops",
            ),
            Panel(
                title="One attempt",
                queries=(
                    (_quantile(0.5, "event_attempt_duration_seconds"), "p50"),
                    (_quantile(0.99, "event_attempt_duration_seconds"), "p99"),
                ),
                unit="s",
                limit=180,
            ),
            Panel(
                title="Announcements",
                queries=((f"sum by (outcome) (rate(announcements_total{{{OURS}}}[$__rate_interval]))", "{{outcome}}"),),
                unit="ops",
            ),
            Panel(
                title="Announcements that wait",
                queries=((f"announcement_queue_depth{{{OURS}}}", "{{process}} {{instance}}"),),
                limit=500,
            ),
            Panel(
                title="Dead letters, within an hour",
                queries=((f"sum by (reason) (increase(dead_letters_total{{{OURS}}}[1h]))", "{{reason}}"),),
                limit=1,
            ),
        ),
    )
