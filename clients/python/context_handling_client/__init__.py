"""Calls Context Handling: `Client` and `AsyncClient` send what `calls` describes."""

from context_handling_client import calls
from context_handling_client.clients import AsyncClient, Client
from context_handling_client.errors import ContextHandlingError, Refused, Unavailable
from context_handling_client.patience import Patience

__all__ = ["AsyncClient", "Client", "ContextHandlingError", "Patience", "Refused", "Unavailable", "calls"]
