from deploy.dashboards.panels import OURS, Json, Panel, dashboard

ASKED = f'{OURS}, route=~"/v1/.+", route!="/v1/health"'
FAILED = f'{ASKED}, status=~"5.."'


def _rate(labels: str) -> str:
    return f"sum(rate(http_requests_total{{{labels}}}[$__rate_interval]))"


def _quantile(share: float, route: str) -> str:
    return (
        f"histogram_quantile({share}, sum by (le) (rate(http_request_duration_seconds_bucket"
        f'{{{OURS}, route="{route}"}}[$__rate_interval])))'
    )


def service() -> Json:
    """How callers fare, and how the processes are."""
    end, suggest = "/v1/conversations/end", "/v1/activities/suggest"
    return dashboard(
        "context-handling-service",
        "Context Handling: service",
        "How callers fare, and how the processes are.",
        (
            Panel(
                title="Requests by route",
                queries=((f"sum by (route) (rate(http_requests_total{{{OURS}}}[$__rate_interval]))", "{{route}}"),),
                unit="reqps",
            ),
            Panel(
                title="Answers 5xx, of all",
                queries=(
                    (
                        # Where nothing failed yet there is no series of it, and the share is 0.
                        f"({_rate(FAILED)} or 0 * {_rate(ASKED)}) / {_rate(ASKED)}",
                        "5xx",
                    ),
                ),
                unit="percentunit",
                limit=0.005,
            ),
            Panel(
                title="Requests under way",
                queries=((f"sum by (instance) (http_requests_in_flight{{{OURS}}})", "{{instance}}"),),
            ),
            Panel(
                title="Accepting a conversation",
                queries=((_quantile(0.5, end), "p50"), (_quantile(0.99, end), "p99")),
                unit="s",
                limit=0.5,
            ),
            Panel(
                title="Suggesting activities",
                queries=((_quantile(0.5, suggest), "p50"), (_quantile(0.99, suggest), "p99")),
                unit="s",
                limit=0.2,
            ),
            Panel(
                title="Turned away",
                queries=(
                    (f"sum by (reason) (rate(requests_shed_total{{{OURS}}}[$__rate_interval]))", "shed: {{reason}}"),
                    (f"sum(rate(rate_limited_requests_total{{{OURS}}}[$__rate_interval]))", "rate limited"),
                ),
                unit="reqps",
            ),
            Panel(
                title="Event loop lag, p99",
                queries=((f"event_loop_lag_seconds{{{OURS}}}", "{{process}} {{instance}}"),),
                unit="s",
                limit=0.25,
            ),
            Panel(
                title="Memory",
                queries=((f"process_resident_memory_bytes{{{OURS}}}", "{{process}} {{instance}}"),),
                unit="bytes",
                limit=1e9,
            ),
            Panel(
                title="Processor",
                queries=((f"rate(process_cpu_seconds_total{{{OURS}}}[$__rate_interval])", "{{process}} {{instance}}"),),
                unit="percentunit",
            ),
            Panel(
                title="Versions",
                queries=(
                    (
                        f"count by (version, process) (context_handling_build_info{{{OURS}}})",
                        "{{version}} {{process}}",
                    ),
                ),
            ),
            Panel(
                title="Catalogue",
                queries=((f"catalogue_version{{{OURS}}}", "{{process}} {{instance}}"),),
            ),
            Panel(
                title="Processes that answer",
                queries=((f"sum by (process) (up{{{OURS}}})", "{{process}}"),),
            ),
        ),
    )
