from datetime import datetime
from typing import Any

import httpx

MEMBERS = {"type", "title", "status", "detail", "error_code", "message", "details", "timestamp", "request_id"}


def assert_problem(answer: httpx.Response, status: int, code: str, *paths: str) -> dict[str, Any]:
    """The answer is this error in the form of the contract, with a fault at each of the paths and at no other."""
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["error_code"]) == (status, code), problem
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert problem.keys() == MEMBERS
    assert problem["status"] == status
    assert problem["type"] == f"urn:context-handling:error:{code.lower().replace('_', '-')}"
    assert problem["message"] == problem["detail"]
    assert problem["request_id"] == answer.headers["X-Request-ID"]
    assert datetime.fromisoformat(problem["timestamp"]).tzinfo is not None
    assert paths_of(problem) == sorted(paths)
    return problem


def paths_of(problem: dict[str, Any]) -> list[str]:
    faults = problem["details"].get("errors", [])
    assert all(fault.keys() == {"path", "message"} and fault["message"] for fault in faults)
    return sorted(fault["path"] for fault in faults)
