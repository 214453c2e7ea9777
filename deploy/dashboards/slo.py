from deploy.dashboards.panels import Json, Panel, dashboard

NAMESPACE = 'namespace=~"$namespace"'
LEGEND = "{{slo}} {{namespace}}"
BUDGET = f"context_handling:slo_error_budget_remaining:ratio{{{NAMESPACE}}}"


def slo() -> Json:
    """What was promised, and what is left of the error budgets."""
    windows = (("5m", 14.4), ("1h", 14.4), ("6h", 6.0), ("3d", 1.0))
    return dashboard(
        "context-handling-slo",
        "Context Handling: SLO",
        "What was promised, and what is left of the error budgets of 30 days; docs/slo.md.",
        (
            Panel(
                title="Error budget left",
                queries=((BUDGET, LEGEND),),
                unit="percentunit",
                kind="stat",
                limit=0.25,
                below=True,
            ),
            Panel(
                title="Error budget left, over time",
                queries=((BUDGET, LEGEND),),
                unit="percentunit",
                limit=0,
                below=True,
            ),
            Panel(
                title="Bad, of all, in 30 days",
                queries=((f"context_handling:slo_error_ratio:30d{{{NAMESPACE}}}", LEGEND),),
                unit="percentunit",
                kind="stat",
            ),
            *(
                Panel(
                    title=f"Burn rate over {window}",
                    queries=((f"context_handling:slo_burn_rate:{window}{{{NAMESPACE}}}", LEGEND),),
                    limit=limit,
                )
                for window, limit in windows
            ),
            Panel(
                title="Bad events a second",
                queries=((f"context_handling:slo_bad:rate5m{{{NAMESPACE}}}", LEGEND),),
                unit="ops",
            ),
            Panel(
                title="Dependencies are well",
                queries=((f"context_handling:dependencies_healthy:bool{{{NAMESPACE}}}", "{{namespace}}"),),
                limit=1,
                below=True,
            ),
        ),
        since="now-30d",
    )
