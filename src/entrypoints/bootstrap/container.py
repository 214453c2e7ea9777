"""The one place that says which adapter stands behind which port. Building opens nothing."""

from entrypoints.bootstrap.containers.conversations import Conversations
from entrypoints.bootstrap.containers.friendships import Friendships
from entrypoints.bootstrap.containers.observation import Observation


class Container(Conversations, Friendships, Observation):
    """All concerns in one, for whoever starts a process.

    Needs ``settings`` and the ``database_url`` they mean, which may be that of an embedded server.
    """
