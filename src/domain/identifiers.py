from typing import NewType

EventId = NewType("EventId", int)
ConversationId = NewType("ConversationId", str)
UserId = NewType("UserId", str)
TopicId = NewType("TopicId", str)
AgentId = NewType("AgentId", str)
BotId = NewType("BotId", str)
