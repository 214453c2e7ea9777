import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from application.ports.conversation_analyst import ConversationAnalyst
from domain.conversation import Conversation, Speaker, Utterance
from domain.emotion import SessionEmotion
from infrastructure.rules.emotion import EmotionTally
from infrastructure.rules.questions import QuestionCounter
from infrastructure.rules.sentences import clauses_of

LATER_IS_LOUDER = 0.5
# A few milliseconds of work: what others wait for, at most.
UTTERANCES_AT_ONCE = 50
CHARACTERS_AT_ONCE = 500
RESTS = 3
"""For how many times as long as it worked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    questions: int
    emotion: SessionEmotion


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesConversationAnalyst(ConversationAnalyst):
    """Listens for words, without any network: always available, and literal-minded.

    Questions and emotion are asked for at the same time, and found by listening once.
    """

    _listening: dict[int, asyncio.Task[Heard]] = field(default_factory=dict)
    """By the identity of the conversation, which its task keeps alive; an entry goes when the task ends."""

    @property
    def provider(self) -> str:
        return "rules"

    async def count_questions(self, conversation: Conversation) -> int | None:
        return (await self._heard(conversation)).questions

    async def hear_emotion(self, conversation: Conversation) -> SessionEmotion | None:
        return (await self._heard(conversation)).emotion

    async def _heard(self, conversation: Conversation) -> Heard:
        task = self._listening.get(id(conversation))
        if task is None:
            task = self._listening[id(conversation)] = asyncio.create_task(_listen(conversation))
            task.add_done_callback(lambda _: self._listening.pop(id(conversation)))
        # Whoever asked first may go away; the other still waits for the answer.
        return await asyncio.shield(task)


async def _listen(conversation: Conversation) -> Heard:
    counter, tally = QuestionCounter(), EmotionTally()
    last = max(1, len(conversation.utterances) - 1)
    async for position, utterance in _in_turns_with_others(conversation):
        if utterance.speaker is Speaker.PIKA:
            counter.hear_pika(utterance.text)
            continue
        clauses = clauses_of(utterance.text)
        loudness = 1 + LATER_IS_LOUDER * position / last
        tally.listen(utterance.text, clauses, raised_question=counter.listen(clauses), loudness=loudness)
    return Heard(questions=counter.raised, emotion=tally.overall)


async def _in_turns_with_others(conversation: Conversation) -> AsyncIterator[tuple[int, Utterance]]:
    """Lets the event loop do other work after every few utterances, or after a long one, and for longer.

    To give way for a single turn would leave no moment in which nobody waits.
    """
    characters, began = 0, time.perf_counter()
    for position, utterance in enumerate(conversation.utterances):
        characters += len(utterance.text)
        if characters >= CHARACTERS_AT_ONCE or position % UTTERANCES_AT_ONCE == 0:
            characters = 0
            await asyncio.sleep(RESTS * (time.perf_counter() - began))
            began = time.perf_counter()
        yield position, utterance
