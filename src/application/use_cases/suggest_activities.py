from dataclasses import dataclass, replace

from application.ports.catalogues import CurrentCatalogue
from application.ports.clock import Clock
from application.ports.dice_factory import DiceFactory
from application.ports.suggestion_facts import SuggestionFactsSource
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
    catalogue: CurrentCatalogue
    clock: Clock
    dice: DiceFactory

    async def __call__(self, command: SuggestActivitiesCommand) -> Suggestion:
        facts = await self.facts.of_user(command.user_id)
        seed = self.dice.new_seed() if command.seed is None else command.seed
        suggester = Suggester(
            friendship=facts.friendship,
            catalogue=self.catalogue.current(),
            dice=self.dice.seeded(seed),
            now=self.clock.now(),
            recent_greetings=facts.recent_greetings,
        )
        return replace(suggester.suggest(seed=seed), stale=facts.stale)
