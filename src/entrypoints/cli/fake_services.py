import resource
from collections.abc import Sequence

import click
import msgspec

from entrypoints.cli.exit_codes import ExitCode
from entrypoints.cli.startup import run, told_to_stop
from entrypoints.fake_services.behaviour import Behaviour, Fault
from entrypoints.fake_services.stand_ins import Addresses, both_listening

LOOPBACK = "127.0.0.1"


class BehaviourOption(click.ParamType[tuple[str, str]]):
    """One trait of a behaviour, like ``fault=hang``."""

    name = "trait"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        name, separator, text = str(value).partition("=")
        if not separator:
            self.fail(f"{value!r} is no trait like fault=hang", param, ctx)
        return name, text


TRAIT = BehaviourOption()


TRAITS = """\b
Both are honest and answer at once, unless told otherwise:
  fault=NAME            hang, reset, cut, status, malformed, wrong_types,
                        out_of_range, trickle or huge
  share=0.3             of the calls, which meet the fault; the same ones
                        in every run
  seed=7                chooses which ones
  status=429            with fault=status; retry_after=2 adds that header
  latency=observed      half within 19 s, nine of ten within 60 s, else a 500
  seconds=0.2           or a steady latency
  scale=0.01            times every latency
  trickle_seconds=0.05  between two bytes
  huge_bytes=67108864   length of the answer
  required_key=KEY      whoever does not bear it gets a 401

\b
While they run, at either port:
  PUT /control/behaviour   takes the same as JSON; GET shows it
  GET /control/calls       tells what was asked, and how often
  DELETE /control/calls    begins to count anew
"""


@click.command("fake-services", epilog=TRAITS)
@click.option("--host", default=LOOPBACK, show_default=True, help="Address to listen on.")
@click.option("--memory-port", type=click.IntRange(0, 65535), default=30021, show_default=True, help="0: any free one.")
@click.option("--llm-port", type=click.IntRange(0, 65535), default=30022, show_default=True, help="0: any free one.")
@click.option("--memory", type=TRAIT, multiple=True, metavar="TRAIT=VALUE", help="How the memory service behaves.")
@click.option("--llm", type=TRAIT, multiple=True, metavar="TRAIT=VALUE", help="How the LLM behaves.")
def fake_services(
    host: str, memory_port: int, llm_port: int, memory: Sequence[tuple[str, str]], llm: Sequence[tuple[str, str]]
) -> None:
    """Stand in for the memory service and the LLM, on this machine, until told to stop.

    Prints the settings that make the service use them.
    """
    _open_as_many_connections_as_allowed()
    behaviours = _behaviour("--memory", memory), _behaviour("--llm", llm)
    run(_stand_in(host, (memory_port, llm_port), behaviours))


async def _stand_in(host: str, ports: tuple[int, int], behaviours: tuple[Behaviour, Behaviour]) -> None:
    told = told_to_stop()
    memory_port, llm_port = ports
    memory, llm = behaviours
    try:
        async with both_listening(
            host=host, memory_port=memory_port, llm_port=llm_port, memory=memory, llm=llm
        ) as addresses:
            _tell(addresses)
            await told.wait()
    except OSError as error:
        click.echo(f"{error}: is the port in use? Choose others with --memory-port and --llm-port.", err=True)
        raise SystemExit(ExitCode.UNAVAILABLE) from None


def _tell(addresses: Addresses) -> None:
    """Standard output holds the settings only, so that it may become a part of ``.env``."""
    for name, value in addresses.environment().items():
        click.echo(f"{name}={value}")
    click.echo("Stand-ins for both services are up; Ctrl-C stops them.", err=True)


def _behaviour(option: str, traits: Sequence[tuple[str, str]]) -> Behaviour:
    try:
        return msgspec.convert(dict(traits), Behaviour, strict=False)
    except msgspec.ValidationError as error:
        faults = ", ".join(Fault)
        raise click.BadParameter(f"{error} (faults: {faults})", param_hint=option) from None


def _open_as_many_connections_as_allowed() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
