from prometheus_client import CollectorRegistry, ProcessCollector, disable_created_metrics

# When each series began; it would double the number of counters, and nothing here asks for it. A switch of the library,
# for the whole process.
disable_created_metrics()  # type: ignore[no-untyped-call]


def make_registry() -> CollectorRegistry:
    """Of one container, so that two in one process share nothing. Memory, CPU and files of the process are in it."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    return registry
