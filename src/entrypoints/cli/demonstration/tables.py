"""What the demonstration shows, for people."""

from typing import Any

from rich.table import Table

FACES = {"interesting": "🤩", "happy": "😄", "sad": "😢", "angry": "😠", "boring": "🥱", "neutral": "🙂"}


def conversations_table(events: list[dict[str, Any]]) -> Table:
    table = Table("conversation", "child", title="Six conversations ended", title_justify="left")
    for heading in ("turns", "questions", "emotion", "memories", "change"):
        table.add_column(heading, justify="left" if heading == "emotion" else "right")
    for event in events:
        score = event["score_calculation_details"]
        emotion = score["session_emotion"]
        table.add_row(
            event["conversation_id"],
            event["user_id"],
            str(score["total_turns"]),
            str(score["user_initiated_questions"]),
            f"{FACES[emotion]} {emotion}",
            str(score["new_memories_count"]),
            f"[green]+{score['final_score_change']:g}[/]",
        )
    return table


def friendships_table(friendships: list[dict[str, Any]]) -> Table:
    table = Table("child", title="What they became", title_justify="left")
    table.add_column("score", justify="right")
    table.add_column("level")
    table.add_column("topics")
    for friendship in friendships:
        topics = friendship["topic_metrics"].items()
        table.add_row(
            friendship["user_id"],
            f"{friendship['friendship_score']:g}",
            friendship["friendship_level"],
            ", ".join(f"{topic} {metrics['score']:g} ({metrics['turns']} turns)" for topic, metrics in topics),
        )
    return table


def suggestion_table(suggestion: dict[str, Any]) -> Table:
    title = f"What to do next with {suggestion['user_id']} (seed {suggestion['seed']})"
    table = Table("slot", "agent", "topic", "why", title=title, title_justify="left")
    for slot, agent in _slots(suggestion):
        figures = agent["metadata"]
        known = f" ({figures['topic_score']:g}, {figures['total_turns']} turns)" if figures else ""
        table.add_row(slot, agent["agent_name"], agent["topic_id"], agent["reason"] + known)
    return table


def _slots(suggestion: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    several = {"talk": "talk_agents", "game": "game_agents", "backup": "backup_agents"}
    slots = [("greeting", suggestion["greeting_agent"])]
    slots += [(slot, agent) for slot in ("talk", "game") for agent in suggestion[several[slot]]]
    slots += [
        (slot, agent)
        for slot, agent in (("review", suggestion["review_agent"]), ("wrap-up", suggestion["wrap_up_agent"]))
        if agent
    ]
    return slots + [("backup", agent) for agent in suggestion["backup_agents"]]
