"""A secret is planted, and seen; the planted ones are put together here, so that this file holds none."""

import hashlib
from pathlib import Path

import jwt
import pytest

from delivery.secret_scan.__main__ import known_values, main
from tests.unit.delivery.repository import Repository

HEX = hashlib.sha256(b"planted").hexdigest()
PLANTED = {
    "a signing key": f'SECRET_KEY = "{HEX[:32]}"',
    "a password in a URL": "postgresql://robot:" + "k7Gq2xWv9@database/robots",
    "a password in words": "password = " + '"correct-horse-battery"',
    "a key of AWS": "AKIA" + "Q3EGU7PLMZX5VKWD",
    "a token of GitHub": "ghp_" + HEX[:36],
    "a private key": "-----BEGIN RSA " + "PRIVATE KEY-----",
    "an access token": jwt.encode({"sub": "robot"}, HEX),
}


@pytest.mark.parametrize("secret", PLANTED.values(), ids=PLANTED)
def test_a_planted_secret_is_told_by_file_and_line_and_never_shown(
    secret: str, repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    _write(repository, "settings.py", f"# a line before\n{secret}\n")

    assert main(repository.root) == 1
    told = capsys.readouterr().out
    assert "secrets: settings.py:2: " in told
    assert secret not in told


def test_it_is_told_again_until_it_is_gone(repository: Repository) -> None:
    _write(repository, "settings.py", PLANTED["a signing key"])
    assert [main(repository.root), main(repository.root)] == [1, 1]

    _write(repository, "settings.py", 'SECRET_KEY = os.environ["SECRET_KEY"]')
    assert main(repository.root) == 0


def test_what_was_clean_is_looked_at_again_when_it_changes(repository: Repository) -> None:
    _write(repository, "settings.py", "nothing")
    assert main(repository.root) == 0

    _write(repository, "settings.py", PLANTED["a key of AWS"])
    assert main(repository.root) == 1


def test_clean_contents_are_clean_only_where_they_stand(repository: Repository) -> None:
    _write(repository, "tests/test_it.py", PLANTED["a password in words"])
    assert main(repository.root) == 0

    _write(repository, "settings.py", PLANTED["a password in words"])
    assert main(repository.root) == 1


def test_a_key_in_a_test_is_told_all_the_same(repository: Repository) -> None:
    _write(repository, "tests/test_it.py", PLANTED["a signing key"])

    assert main(repository.root) == 1


def test_many_files_are_shared_out_and_none_is_forgotten(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(120):
        _write(repository, f"{number:03}.py", PLANTED["a key of AWS"] if number % 60 == 7 else "nothing")

    assert main(repository.root) == 1
    assert [line.split(":")[1].strip() for line in capsys.readouterr().out.splitlines()[:-1]] == ["007.py", "067.py"]


def test_what_git_ignores_is_not_looked_at(repository: Repository) -> None:
    _write(repository, ".gitignore", ".env\n")
    _write(repository, ".env", PLANTED["a signing key"])

    assert main(repository.root) == 0


@pytest.mark.parametrize("value", sorted(known_values()))
def test_a_known_value_is_none(value: str, repository: Repository) -> None:
    _write(repository, "settings.py", f'password = "{value}"')

    assert main(repository.root) == 0


def _write(repository: Repository, name: str, text: str) -> None:
    file: Path = repository.root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
