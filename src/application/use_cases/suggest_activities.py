from dataclasses import dataclass, replace

from application.ports.catalogues import CurrentCatalogue
from application.ports.clock import Clock
from application.ports.dice_factory import DiceFactory
from application.ports.offers import OfferRecorder
from application.ports.suggestion_facts import SuggestionFactsSource
from domain.identifiers import UserId
from domain.suggestion.explain import Explainer
from domain.suggestion.offer import Offer
from domain.suggestion.suggest import Suggester
from domain.suggestion.suggestion import Suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestActivitiesCommand:
    user_id: UserId
    seed: int | None = None
    explained: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestActivities:
    """Safe to repeat: introduces a user we had not met, and keeps what was offered. Raises NoSuitableAgent."""

    facts: SuggestionFactsSource
    catalogue: CurrentCatalogue
    clock: Clock
    dice: DiceFactory
    recorder: OfferRecorder

    async def __call__(self, command: SuggestActivitiesCommand) -> Suggestion:
        facts = await self.facts.of_user(command.user_id)
        seed = self.dice.new_seed() if command.seed is None else command.seed
        catalogue, now = self.catalogue.current(), self.clock.now()
        suggester = Suggester(
            friendship=facts.friendship,
            catalogue=catalogue,
            dice=self.dice.seeded(seed),
            now=now,
            recent_greetings=facts.recent_greetings,
        )
        answer = replace(suggester.suggest(seed=seed), stale=facts.stale)
        self.recorder.record(Offer.of(answer, catalogue_version=catalogue.version, at=now))
        if not command.explained:
            return answer
        explainer = Explainer(
            friendship=facts.friendship, catalogue=catalogue, now=now, recent_greetings=facts.recent_greetings
        )
        return replace(answer, explanation=explainer.explain(answer))
