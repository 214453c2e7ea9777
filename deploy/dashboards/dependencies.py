from deploy.dashboards.panels import OURS, Json, Panel, dashboard

FAILED = 'outcome!~"answered|nobody_asked|cancelled"'
ASKED = 'outcome!~"nobody_asked|cancelled"'


def dependencies() -> Json:
    """What we ask of others, and what they answer."""
    analyses = "analysis_duration_seconds"
    return dashboard(
        "context-handling-dependencies",
        "Context Handling: dependencies",
        "What we ask of others, and what they answer.",
        (
            Panel(
                title="Breakers: 0 closed, 1 half open, 2 open",
                queries=((f"max by (dependency) (circuit_breaker_state{{{OURS}}})", "{{dependency}}"),),
                limit=2,
            ),
            Panel(
                title="Database answers",
                queries=((f"database_up{{{OURS}}}", "{{process}} {{instance}}"),),
                limit=1,
                below=True,
            ),
            Panel(
                title="Connections in use, of those kept",
                queries=(
                    (
                        f"db_connection_pool_checkedout{{{OURS}}} / db_connection_pool_size{{{OURS}}}",
                        "{{process}} {{instance}}",
                    ),
                ),
                unit="percentunit",
                limit=1,
            ),
            Panel(
                title="Connections beyond those kept",
                queries=((f"db_connection_pool_overflow{{{OURS}}}", "{{process}} {{instance}}"),),
            ),
            Panel(
                title="Analyses that fail, of all",
                queries=(
                    (
                        (
                            f"(sum by (component) (rate({analyses}_count{{{OURS}, {FAILED}}}[$__rate_interval]))"
                            f" or 0 * sum by (component) (rate({analyses}_count{{{OURS}, {ASKED}}}[$__rate_interval])))"
                            f" / sum by (component) (rate({analyses}_count{{{OURS}, {ASKED}}}[$__rate_interval]))"
                        ),
                        "{{component}}",
                    ),
                ),
                unit="percentunit",
                limit=0.1,
            ),
            Panel(
                title="Analyses, p90",
                queries=(
                    (
                        (
                            "histogram_quantile(0.9, sum by (le, component, provider) "
                            f"(rate({analyses}_bucket{{{OURS}}}[$__rate_interval])))"
                        ),
                        "{{component}} {{provider}}",
                    ),
                ),
                unit="s",
            ),
            Panel(
                title="How analyses end",
                queries=(
                    (
                        f"sum by (component, outcome) (rate({analyses}_count{{{OURS}}}[$__rate_interval]))",
                        "{{component}} {{outcome}}",
                    ),
                ),
                unit="ops",
            ),
            Panel(
                title="Tokens of the language model",
                queries=((f"sum by (kind) (rate(llm_tokens_total{{{OURS}}}[$__rate_interval]))", "{{kind}}"),),
            ),
            Panel(
                title="Spans that did not arrive",
                queries=((f"sum by (reason) (rate(spans_dropped_total{{{OURS}}}[$__rate_interval]))", "{{reason}}"),),
            ),
            Panel(
                title="Alerts of the service, within an hour",
                queries=(
                    (f"sum by (type, outcome) (increase(alerts_total{{{OURS}}}[1h])) > 0", "{{type}} {{outcome}}"),
                ),
            ),
        ),
    )
