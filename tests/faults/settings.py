"""Settings of the service under test: all waits short, so that a fault shows its consequences within seconds."""

BRISK = {
    "CONSUMER_PREFETCH": "10",
    "DB_MAX_OVERFLOW": "10",
    "DB_POOL_SIZE": "10",
    "DB_POOL_TIMEOUT": "2",
    "DB_STATEMENT_TIMEOUT_MS": "2000",
    "LEASE_SECONDS": "2",
    "RABBITMQ_HEARTBEAT_SECONDS": "2",
    "RABBITMQ_TIMEOUT_SECONDS": "2",
    "RELAY_INTERVAL_SECONDS": "0.3",
    "RETRY_BASE_HOURS": "0.0003",  # about a second
    "RETRY_MAX_HOURS": "0.001",
}
