import pytest

from entrypoints.bootstrap.read_settings import InvalidSettings, read_settings, require_key

DATABASE = {"DATABASE_URL": "postgresql://somebody@127.0.0.1/somewhere"}


def test_without_a_key_only_an_embedded_service_answers_requests() -> None:
    require_key(read_settings({}))
    with pytest.raises(InvalidSettings, match="SECRET_KEY"):
        require_key(read_settings(DATABASE))


def test_with_a_key_any_service_answers_requests() -> None:
    require_key(read_settings({**DATABASE, "SECRET_KEY": "0123456789abcdef0123456789abcdef"}))
