pytest_plugins = ["tests.servers.fixtures", "tests.servers.marking"]
