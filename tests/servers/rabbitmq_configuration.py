"""The files and variables of a private RabbitMQ node. Everything listens on 127.0.0.1, and no port is a default one."""

import os
from pathlib import Path

from infrastructure.private_postgres.ports import LOOPBACK

EPMD_PORT = 1  # counted from the first port of the node's block
DISTRIBUTION_PORT = 2
MANAGEMENT_PORT = 3
PROMETHEUS_PORT = 4
TOOL_PORTS = (10, 20)
_SET_WATERMARK = ("set_vm_memory_high_watermark", "absolute")
NO_MEMORY = (*_SET_WATERMARK, "1MiB")
"""Arguments of rabbitmqctl, after which any node is above its limit."""
ENOUGH_MEMORY = (*_SET_WATERMARK, "512MiB")

_CONFIGURATION = """\
listeners.tcp.1 = {address}:{port}
vm_memory_high_watermark.absolute = 512MiB
disk_free_limit.absolute = 100MB
management.tcp.ip = {address}
management.tcp.port = {management_port}
prometheus.tcp.ip = {address}
prometheus.tcp.port = {prometheus_port}
"""


def write_configuration(directory: Path, port: int) -> None:
    (directory / "home").mkdir(exist_ok=True)  # Erlang writes its cookie there
    (directory / "enabled_plugins").write_text("[rabbitmq_management,rabbitmq_prometheus].\n")
    (directory / "rabbitmq.conf").write_text(
        _CONFIGURATION.format(
            address=LOOPBACK, port=port, management_port=port + MANAGEMENT_PORT, prometheus_port=port + PROMETHEUS_PORT
        )
    )


def node_environment(directory: Path, port: int) -> dict[str, str]:
    return _places(directory) | _addresses(port) | _behaviour() | {"PATH": os.environ.get("PATH", os.defpath)}


def _places(directory: Path) -> dict[str, str]:
    return {
        "HOME": str(directory / "home"),
        "RABBITMQ_CONFIG_FILE": str(directory / "rabbitmq"),
        "RABBITMQ_CONF_ENV_FILE": os.devnull,
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(directory / "enabled_plugins"),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(directory / "schema"),
        "RABBITMQ_LOG_BASE": str(directory / "log"),
        "RABBITMQ_MNESIA_BASE": str(directory / "mnesia"),
        "RABBITMQ_PID_FILE": str(directory / "pid"),
    }


def _addresses(port: int) -> dict[str, str]:
    return {
        "ERL_EPMD_ADDRESS": LOOPBACK,
        "ERL_EPMD_PORT": str(port + EPMD_PORT),
        "RABBITMQ_CTL_DIST_PORT_MAX": str(port + TOOL_PORTS[1]),
        "RABBITMQ_CTL_DIST_PORT_MIN": str(port + TOOL_PORTS[0]),
        "RABBITMQ_DIST_PORT": str(port + DISTRIBUTION_PORT),
        "RABBITMQ_NODENAME": f"test{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": LOOPBACK,
        "RABBITMQ_NODE_PORT": str(port),
    }


def _behaviour() -> dict[str, str]:
    return {
        "LC_ALL": "C.UTF-8",
        # The script then becomes the Erlang machine instead of its parent: the process we start is the one we signal.
        "RUNNING_UNDER_SYSTEMD": "true",
        # We start its epmd ourselves: the one Erlang starts is a daemon that would outlive the node.
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}",
    }
