import pytest

from entrypoints.http.admission.request_class import RequestClass, class_of

CLASSES = {
    RequestClass.PROBE: ("/livez", "/readyz", "/metrics", "/", "/v1/health", "/api/v1/health"),
    RequestClass.PREFERRED: (
        "/v1/conversations/end",
        "/api/v1/conversations/end",
        "/v1/activities/suggest",
        "/api/v1/activities/suggest",
    ),
    RequestClass.BACKGROUND: (
        "/v1/friendship_status/calculate-score/conv_0001",
        "/api/v1/friendship_status/calculate-score/conv_0001",
        "/v1/friendship_status/calculate-score-and-update",
    ),
    RequestClass.ORDINARY: (
        "/v1/conversations",
        "/v1/conversations/end/retry",
        "/v1/conversations/conv_0001",
        "/v1/friendship_status/user_42",
        "/v1/friendship_status/user_42/ledger",
        "/v1/friendship_status/calculate-scores",
        "/v1/users/user_42",
        "/v1/catalogue",
        "/livez/more",
        "/v2/health",
        "/docs",
        "/nowhere",
    ),
}


@pytest.mark.parametrize(("expected", "path"), [(kind, path) for kind, paths in CLASSES.items() for path in paths])
def test_a_path_has_its_class(expected: RequestClass, path: str) -> None:
    assert class_of(path) is expected
