import pytest

from benchmarks.response import MAX_HEAD_BYTES, Response, ResponseError, ResponseParser

ACCEPTED = b"HTTP/1.1 202 Accepted\r\ncontent-type: text/plain\r\nContent-Length: 13\r\n\r\nthirteen here"
BUSY = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n"


def test_a_whole_response() -> None:
    assert ResponseParser().feed(ACCEPTED) == [Response(202, closes=False)]


@pytest.mark.parametrize("size", [1, 2, 7, 64])
def test_split_anywhere_it_is_one_response(size: int) -> None:
    parser = ResponseParser()
    chunks = [ACCEPTED[start : start + size] for start in range(0, len(ACCEPTED), size)]

    answers = [parser.feed(chunk) for chunk in chunks]

    assert answers[-1] == [Response(202, closes=False)]
    assert not any(answers[:-1])


def test_several_in_one_chunk_and_the_rest_later() -> None:
    parser = ResponseParser()

    assert [answer.status for answer in parser.feed(ACCEPTED + BUSY + ACCEPTED[:20])] == [202, 503]
    assert [answer.status for answer in parser.feed(ACCEPTED[20:])] == [202]


def test_a_body_that_looks_like_a_head_is_a_body() -> None:
    body = b"HTTP/1.1 500 Oops\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)

    assert [answer.status for answer in ResponseParser().feed(head + body)] == [200]


def test_no_content_needs_no_length() -> None:
    assert ResponseParser().feed(b"HTTP/1.1 204 No Content\r\n\r\n") == [Response(204, closes=False)]


def test_a_closing_server_is_noticed() -> None:
    closing = b"HTTP/1.1 202 Accepted\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

    assert ResponseParser().feed(closing) == [Response(202, closes=True)]


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/2 200\r\nContent-Length: 0\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"x" * (MAX_HEAD_BYTES + 1),
    ],
)
def test_what_it_cannot_read_is_an_error_and_no_guess(data: bytes) -> None:
    with pytest.raises(ResponseError):
        ResponseParser().feed(data)
