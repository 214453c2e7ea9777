"""The tables of the first implementation on a real server."""

import json
from collections.abc import Iterable, Mapping

import psycopg
from psycopg import sql

from application.ports.legacy_source import Cells, LegacyTable
from tests.servers.databases import for_libpq

TABLES = """
CREATE TABLE agenda_agent_prompting (
    id serial PRIMARY KEY, topic_id varchar(255), agent_id varchar(255), talking_agenda text,
    friendship_level varchar(50), agent_type varchar(50));
CREATE TABLE prompt_template_for_level_friend (
    friendship_level varchar(50), context_style_guideline text, user_profile text);
CREATE TABLE friendship_status (
    user_id varchar(300), friendship_score float, friendship_level varchar(50), last_interaction_date timestamp,
    streak_day int, topic_metrics jsonb, last_emotion varchar(50), last_followup_topic varchar(255));
CREATE UNIQUE INDEX ON friendship_status (user_id);
CREATE TABLE conversation_events (
    conversation_id varchar(300), user_id varchar(300), bot_type varchar(50), bot_id varchar(255),
    bot_name varchar(255), agent_tag varchar(255), start_time timestamp, end_time timestamp, conversation_log jsonb,
    raw_conversation_log jsonb, status varchar(50), attempt_count int, created_at timestamp, processed_at timestamp,
    friendship_score_change float, new_friendship_level varchar(50), score_calculation_details jsonb);
CREATE UNIQUE INDEX ON conversation_events (conversation_id);
"""


def fill_legacy(url: str, rows: Mapping[LegacyTable, Iterable[Cells]]) -> None:
    """Makes the tables where they are not, and adds these rows, given as JSON has them."""
    with psycopg.connect(for_libpq(url), connect_timeout=10, options="-c timezone=UTC") as connection:
        present = connection.execute("SELECT to_regclass('friendship_status')").fetchone()
        if present is None or present[0] is None:
            connection.execute(TABLES)
        for table, cells in rows.items():
            insert = sql.SQL("INSERT INTO {0} SELECT * FROM json_populate_recordset(NULL::{0}, %s)")
            connection.execute(insert.format(sql.Identifier(table.value)), [json.dumps(list(cells))])
