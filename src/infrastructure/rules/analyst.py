import asyncio
from collections.abc import AsyncIterator

from application.ports.conversation_analyst import ConversationAnalyst
from domain.conversation import Conversation, Speaker, Utterance
from domain.emotion import SessionEmotion
from infrastructure.rules.emotion import EmotionTally
from infrastructure.rules.questions import QuestionCounter
from infrastructure.rules.sentences import clauses_of

LATER_IS_LOUDER = 0.5
UTTERANCES_AT_ONCE = 200
CHARACTERS_AT_ONCE = 4_000


class RulesConversationAnalyst(ConversationAnalyst):
    """Listens for words, without any network: always available, quick, and literal-minded."""

    @property
    def provider(self) -> str:
        return "rules"

    async def count_questions(self, conversation: Conversation) -> int | None:
        counter = QuestionCounter()
        async for _, utterance in _in_turns_with_others(conversation):
            counter.listen(utterance.speaker, clauses_of(utterance.text))
        return counter.raised

    async def hear_emotion(self, conversation: Conversation) -> SessionEmotion | None:
        counter, tally = QuestionCounter(), EmotionTally()
        last = max(1, len(conversation.utterances) - 1)
        async for position, utterance in _in_turns_with_others(conversation):
            clauses = clauses_of(utterance.text)
            raised = counter.listen(utterance.speaker, clauses)
            if utterance.speaker is Speaker.USER:
                loudness = 1 + LATER_IS_LOUDER * position / last
                tally.listen(utterance.text, clauses, raised_question=raised, loudness=loudness)
        return tally.overall


async def _in_turns_with_others(conversation: Conversation) -> AsyncIterator[tuple[int, Utterance]]:
    """Lets the event loop do other work after every few utterances, or after a few long ones."""
    characters = 0
    for position, utterance in enumerate(conversation.utterances):
        characters += len(utterance.text)
        if characters >= CHARACTERS_AT_ONCE or position % UTTERANCES_AT_ONCE == 0:
            characters = 0
            await asyncio.sleep(0)
        yield position, utterance
