from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.servers.fixtures", "tests.servers.marking"]

# How fast an example is found or tried is the machine's business, which may have others at the same time.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")
