from dataclasses import dataclass

from application.ports.catalogues import CurrentCatalogue
from application.ports.clock import Clock
from application.ports.dice_factory import DiceFactory
from application.ports.suggestion_facts import SuggestionFacts, SuggestionFactsSource
from application.ports.unit_of_work import UnitOfWorkFactory
from domain.friendship import Friendship
from domain.identifiers import UserId
from domain.suggestion.suggest import Suggester
from domain.suggestion.suggestion import Suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestActivitiesCommand:
    user_id: UserId
    seed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestActivities:
    """Safe to repeat: reads, and at most introduces a user we had not met. Raises NoSuitableAgent."""

    facts: SuggestionFactsSource
    unit_of_work: UnitOfWorkFactory
    catalogue: CurrentCatalogue
    clock: Clock
    dice: DiceFactory

    async def __call__(self, command: SuggestActivitiesCommand) -> Suggestion:
        facts = await self.facts.of_user(command.user_id) or await self._introduced(command.user_id)
        seed = self.dice.new_seed() if command.seed is None else command.seed
        suggester = Suggester(
            friendship=facts.friendship,
            catalogue=self.catalogue.current(),
            dice=self.dice.seeded(seed),
            now=self.clock.now(),
            recent_greetings=facts.recent_greetings,
        )
        return suggester.suggest(seed=seed)

    async def _introduced(self, user_id: UserId) -> SuggestionFacts:
        async with self.unit_of_work() as work:
            await work.friendships.introduce(user_id)
            await work.commit()
        return SuggestionFacts(friendship=Friendship(user_id=user_id), recent_greetings=())
