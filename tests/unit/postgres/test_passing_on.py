import os

from infrastructure.postgres.dumps.passing_on import pass_on, understood

HEAD = b"""--
-- PostgreSQL database dump
--

SET statement_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);
"""
WHERE_KNOWN = (
    b"SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings WHERE name = 'transaction_timeout';\n"
)


def _passed_on(orders: bytes) -> bytes:
    (reading, entry), (exit_, writing) = os.pipe(), os.pipe()
    with os.fdopen(entry, "wb") as into:
        into.write(orders)
    pass_on(reading, writing)
    with os.fdopen(exit_, "rb") as out:
        return out.read()


def test_a_limit_that_an_older_server_does_not_know_is_lifted_where_there_is_one() -> None:
    assert understood(b"SET transaction_timeout = 0;\n") == WHERE_KNOWN


def test_everything_else_stays_to_the_last_byte() -> None:
    said = b"COPY public.logs (text) FROM stdin;\nSET transaction_timeout = 0;\n\x00\xff\n\\.\n"

    passed = _passed_on(HEAD + said)

    assert passed == HEAD.replace(b"SET transaction_timeout = 0;\n", WHERE_KNOWN) + said


def test_a_head_that_never_ends_is_not_searched_for_ever() -> None:
    orders = b"-- nothing\n" * 200 + b"SET transaction_timeout = 0;\n"

    assert _passed_on(orders) == orders


def test_it_ends_when_nobody_reads_any_more() -> None:
    (reading, entry), (exit_, writing) = os.pipe(), os.pipe()
    os.close(exit_)
    with os.fdopen(entry, "wb") as into:
        into.write(HEAD)

    pass_on(reading, writing)
