import pytest

from entrypoints.http.routes import Routes, method_of

ROUTES = Routes.of(
    f"{prefix}{path}"
    for prefix in ("", "/v1", "/api/v1")
    for path in ("/", "/conversations/end", "/conversations/{conversation_id}", "/a/{one}/b/{two}")
)


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/v1/conversations/end", "/v1/conversations/end"),
        ("/api/v1/conversations/end/", "/v1/conversations/end"),
        ("/v1/conversations/the-cat-is-ill", "/v1/conversations/{conversation_id}"),
        ("/api/v1/a/x/b/y", "/v1/a/{one}/b/{two}"),
        ("/v1/conversations/a/b", "unmatched"),
        ("/v1/conversations//", "unmatched"),
        ("/wp-login.php", "unmatched"),
        ("/", "/"),
        ("", "/"),
    ],
)
def test_a_route_is_told_by_its_template_whatever_was_sent(path: str, route: str) -> None:
    assert ROUTES.of_request({"path": path}) == route  # type: ignore[arg-type]


def test_what_the_framework_found_is_taken() -> None:
    found = {"path": "/v1/conversations/end", "path_template": "/api/v1/conversations/{conversation_id}"}

    assert ROUTES.of_request(found) == "/v1/conversations/{conversation_id}"  # type: ignore[arg-type]


@pytest.mark.parametrize(("sent", "told"), [("GET", "GET"), ("TRACE", "TRACE"), ("BREW", "OTHER"), ("get", "OTHER")])
def test_a_method_that_nobody_knows_is_any_other(sent: str, told: str) -> None:
    assert method_of({"method": sent}) == told  # type: ignore[typeddict-item]
