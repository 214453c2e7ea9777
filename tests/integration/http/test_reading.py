"""What callers can read: conversations before and after scoring, friendships, suggestions."""

import pytest

from tests.integration.http.bodies import BOT_SAYS, CHILD_SAYS, PIKA_SAYS, an_ended_conversation
from tests.integration.http.problems import assert_problem
from tests.integration.http.running import Service, with_catalogue

QUESTION = {"speaker": "user", "text": "Why is the sky blue?"}
PHASE1 = "PHASE1_STRANGER"


@pytest.fixture
async def stocked(service: Service) -> Service:
    return await with_catalogue(service)


async def test_a_conversation_before_scoring_has_no_results(service: Service) -> None:
    accepted = (await service.end(an_ended_conversation())).json()["data"]

    answer = await service.http.get("/v1/conversations/conv_0001")

    data = answer.json()["data"]
    assert answer.status_code == 200
    assert {name: data[name] for name in accepted.keys() - {"duplicate"}} == {
        name: value for name, value in accepted.items() if name != "duplicate"
    }
    assert data["attempts"] == []
    assert {name for name in data.keys() - accepted.keys() if data[name] is None} == {
        "processed_at",
        "error_code",
        "error_details",
        "friendship_score_change",
        "new_friendship_level",
        "score_calculation_details",
    }
    assert "conversation_log" not in data


async def test_a_conversation_after_scoring_tells_how_the_score_came_about(stocked: Service) -> None:
    lines = [BOT_SAYS, QUESTION, PIKA_SAYS, CHILD_SAYS]
    accepted = (await stocked.end(an_ended_conversation(conversation_logs=lines))).json()["data"]
    await stocked.score(accepted["event_id"])

    data = (await stocked.http.get("/v1/conversations/conv_0001")).json()["data"]

    details = data["score_calculation_details"]
    assert (data["status"], data["attempt_count"], data["next_attempt_at"]) == ("PROCESSED", 1, None)
    assert data["processed_at"].endswith("Z")
    assert data["new_friendship_level"] == PHASE1
    assert data["friendship_score_change"] == details["final_score_change"]
    assert (details["total_turns"], details["user_initiated_questions"]) == (2, 1)
    assert (details["base_score"], details["engagement_bonus"], details["memory_bonus"]) == (2.0, 3.0, 0.0)
    assert details["total_score_before_clamp"] == 5.0 + details["emotion_bonus"]
    assert (details["new_memories_count"], details["degraded"]) == (0, [])
    assert details["providers"] == {"questions": "rules", "emotion": "rules", "memories": "off"}
    assert details.keys() >= {"session_emotion", "rules_version"}
    [attempt] = data["attempts"]
    assert attempt.keys() == {"number", "started_at", "ended_at", "outcome", "error_code"}
    assert (attempt["number"], attempt["outcome"], attempt["error_code"]) == (1, "PROCESSED", None)
    assert attempt["started_at"] <= attempt["ended_at"]


async def test_the_log_is_told_in_standard_form_when_asked_for(service: Service) -> None:
    await service.end(an_ended_conversation())

    answer = await service.http.get("/v1/conversations/conv_0001", params={"include": "log"})

    assert answer.json()["data"]["conversation_log"] == [
        {"turn_id": 1, "speaker": "pika", "text": "Hi! Seen any films?", "timestamp": "2025-11-26T10:00:00Z"},
        {"turn_id": 2, "speaker": "user", "text": "Yes, a funny one", "timestamp": "2025-11-26T10:10:00Z"},
    ]


async def test_an_empty_log_is_told_too(service: Service) -> None:
    await service.end(an_ended_conversation(conversation_logs=[]))

    answer = await service.http.get("/v1/conversations/conv_0001", params={"include": "log"})

    assert answer.json()["data"]["conversation_log"] == []


async def test_nobody_can_ask_for_more_than_the_log(service: Service) -> None:
    await service.end(an_ended_conversation())

    answer = await service.http.get("/v1/conversations/conv_0001", params={"include": "everything"})

    assert_problem(answer, 422, "VALIDATION_ERROR", "include")


async def test_a_conversation_nobody_reported_is_not_found(service: Service) -> None:
    problem = assert_problem(await service.http.get("/v1/conversations/conv_9"), 404, "CONVERSATION_NOT_FOUND")

    assert (problem["title"], problem["detail"]) == ("Not Found", "No conversation conv_9.")


@pytest.mark.parametrize(
    ("path", "name"), [("/v1/conversations", "conversation_id"), ("/v1/friendship_status", "user_id")]
)
async def test_an_id_that_cannot_be_is_refused(service: Service, path: str, name: str) -> None:
    assert_problem(await service.http.get(f"{path}/a%00b"), 422, "VALIDATION_ERROR", name)


@pytest.mark.parametrize("path", ["/v1/conversations/%ff%fe", "/v1/friendship_status/%ff%fe"])
async def test_an_id_that_is_not_utf8_is_not_found(service: Service, path: str) -> None:
    assert (await service.http.get(path)).status_code == 404


async def test_a_friendship_grows_by_what_was_scored(stocked: Service) -> None:
    accepted = (await stocked.end(an_ended_conversation())).json()["data"]
    await stocked.score(accepted["event_id"])
    change = (await stocked.http.get("/v1/conversations/conv_0001")).json()["data"]["friendship_score_change"]

    answer = await stocked.http.get("/v1/friendship_status/user_42")

    data = answer.json()["data"]
    assert answer.status_code == 200
    assert (data["user_id"], data["friendship_score"], data["friendship_level"]) == ("user_42", change, PHASE1)
    assert data["last_interaction_date"] == "2025-11-26T10:20:00Z"
    assert data["streak_day"] == 0  # that was long ago
    assert data["topic_metrics"] == {
        "movie": {
            "score": change,
            "turns": 1,
            "friendship_level": PHASE1,
            "last_date": "2025-11-26T10:20:00Z",
            "agents_used": ["bot_17"],
        }
    }
    assert (data["last_followup_topic"], data["birthday"]) == (None, None)
    assert "last_emotion" in data


async def test_a_user_nobody_met_is_not_found(service: Service) -> None:
    await service.end(an_ended_conversation())  # reported, but not scored yet

    assert_problem(await service.http.get("/v1/friendship_status/user_42"), 404, "USER_NOT_FOUND")


async def test_a_stranger_is_suggested_something(stocked: Service) -> None:
    answer = await stocked.http.post("/v1/activities/suggest", json={"user_id": "user_42"})

    envelope = answer.json()
    data = envelope["data"]
    assert (answer.status_code, envelope["success"]) == (200, True)
    assert envelope["message"] == "Activities suggested successfully"
    assert data.keys() == {
        "user_id",
        "friendship_level",
        "greeting_agent",
        "talk_agents",
        "game_agents",
        "review_agent",
        "wrap_up_agent",
        "backup_agents",
        "seed",
    }
    assert (data["user_id"], data["friendship_level"]) == ("user_42", PHASE1)
    assert isinstance(data["seed"], int)
    greeting = data["greeting_agent"]
    assert greeting.keys() == {
        "agent_id",
        "agent_name",
        "agent_type",
        "friendship_level",
        "topic_id",
        "agent_description",
        "final_prompt",
        "reason",
        "metadata",
    }
    assert (greeting["agent_type"], greeting["friendship_level"]) == ("GREETING", PHASE1)
    assert data["talk_agents"]
    assert data["game_agents"]


async def test_the_same_seed_suggests_the_same(stocked: Service) -> None:
    asked = [{"user_id": "user_42", "seed": 7}] * 3 + [{"user_id": "user_42", "seed": -(2**63) + 1}]

    answers = [(await stocked.http.post("/v1/activities/suggest", json=body)).json()["data"] for body in asked]

    assert answers[0] == answers[1] == answers[2]
    assert [answer["seed"] for answer in answers] == [7, 7, 7, -(2**63) + 1]


async def test_a_made_seed_can_be_given_back(stocked: Service) -> None:
    made = (await stocked.http.post("/v1/activities/suggest", json={"user_id": "user_42"})).json()["data"]

    again = await stocked.http.post("/v1/activities/suggest", json={"user_id": "user_42", "seed": made["seed"]})

    assert again.json()["data"] == made


async def test_a_catalogue_without_agents_has_nothing_to_suggest(service: Service) -> None:
    answer = await service.http.post("/v1/activities/suggest", json={"user_id": "user_42"})

    assert_problem(answer, 404, "AGENT_NOT_FOUND")


async def test_a_suggestion_introduces_a_stranger(stocked: Service) -> None:
    await stocked.http.post("/v1/activities/suggest", json={"user_id": "user_42"})

    data = (await stocked.http.get("/v1/friendship_status/user_42")).json()["data"]

    assert (data["friendship_score"], data["friendship_level"], data["streak_day"]) == (0.0, PHASE1, 0)
    assert (data["last_interaction_date"], data["topic_metrics"]) == (None, {})


async def test_a_suggestion_explains_itself_when_asked_to(stocked: Service) -> None:
    asked = {"user_id": "user_42", "seed": 7}

    plain = (await stocked.http.post("/v1/activities/suggest", json=asked)).json()["data"]
    answer = await stocked.http.post("/v1/activities/suggest", json=asked, params={"explain": "true"})

    data = answer.json()["data"]
    slots = data.pop("explanation")
    assert data == plain
    assert [slot["slot"] for slot in slots[:3]] == ["greeting", "talk 1", "talk 2"]
    chosen = slots[1]["candidates"][0]
    assert (chosen["agent_id"], chosen["verdict"]) == (data["talk_agents"][0]["agent_id"], "chosen")
    assert set(chosen) == {"agent_id", "topic_id", "friendship_level", "score", "turns", "verdict"}
