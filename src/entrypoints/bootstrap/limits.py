"""Limits that nobody has asked to set."""

from datetime import timedelta

HEALTH_LIMIT = timedelta(seconds=1.5)  # the answer must be out within two
CATALOGUE_INTERVAL = timedelta(seconds=15)  # for news that was lost; else it comes at once
CATALOGUE_SILENCE = timedelta(seconds=5)
ANNOUNCE_AGAIN_AFTER = timedelta(seconds=60)
LOGS_MOVED_AT_ONCE = 25
LOGS_LOOKED_UP_AT_ONCE = 500
LOGS_FORGOTTEN_AT_ONCE = 100
ORPHAN_AGE = timedelta(hours=1)
PREVIEW_LIMIT = timedelta(seconds=20)  # callers wait for it
SUGGESTION_LIMIT = timedelta(milliseconds=500)  # then the answer comes from memory
SUGGESTION_FAILURES = 3
SUGGESTION_COOLDOWN = timedelta(seconds=5)
USERS_REMEMBERED = 2_000
USERS_REMEMBERED_FOR = timedelta(hours=1)
OFFERS_KEPT = timedelta(days=90)
OFFERS_FORGOTTEN_AT_ONCE = 1_000
ERASURE_PATIENCE = timedelta(seconds=5)
ERASED_LOGS_AGAIN_AFTER = timedelta(minutes=5)
LAST_SPANS_LIMIT = timedelta(seconds=3)  # a stop has better things to wait for
ANNOUNCE_RETRY_AFTER = timedelta(seconds=2)
GROQ_ATTEMPTS = 3
GROQ_AT_ONCE = 20  # two calls a conversation, for as many conversations as a consumer works on by default
GROQ_FAILURES = 5
GROQ_COOLDOWN = timedelta(seconds=60)
MEMORIES_OVER_TIME = 1.02  # times the service's own limit, whose end is the better error: nothing is cut in the middle
MEMORIES_QUEUE = 2  # times that limit, for one call and its wait for a place
