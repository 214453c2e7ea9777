"""What to do next, and what became of what was suggested."""

from dependency_injector import providers

from application.use_cases.forget_old_offers import ForgetOldOffers
from application.use_cases.report_offers import ReportOffers
from application.use_cases.suggest_activities import SuggestActivities
from entrypoints.bootstrap import limits
from entrypoints.bootstrap.containers.catalogues import Catalogues
from entrypoints.bootstrap.containers.database import Database
from entrypoints.bootstrap.containers.foundation import Foundation
from infrastructure.announcing.background_offer_recorder import BackgroundOfferRecorder
from infrastructure.postgres.offers import PostgresOffers
from infrastructure.postgres.suggestion_facts import PostgresSuggestionFacts
from infrastructure.resilience.circuit_breaker import CircuitBreaker
from infrastructure.resilience.remembering_suggestion_facts import RememberingSuggestionFacts


class Suggestions(Catalogues):
    facts_breaker: providers.Singleton[CircuitBreaker] = providers.Singleton(
        CircuitBreaker, threshold=limits.SUGGESTION_FAILURES, cooldown=limits.SUGGESTION_COOLDOWN
    )
    facts: providers.Singleton[RememberingSuggestionFacts] = providers.Singleton(
        RememberingSuggestionFacts,
        source=providers.Singleton(
            PostgresSuggestionFacts, engine=Database.autocommit_engine, limit=limits.SUGGESTION_LIMIT
        ),
        breaker=facts_breaker,
        clock=Foundation.clock,
        capacity=limits.USERS_REMEMBERED,
        max_age=limits.USERS_REMEMBERED_FOR,
    )
    offers: providers.Singleton[PostgresOffers] = providers.Singleton(
        PostgresOffers, engine=Database.autocommit_engine, limit=Database.statement_limit
    )
    offer_recorder: providers.Singleton[BackgroundOfferRecorder] = providers.Singleton(
        BackgroundOfferRecorder, offers=offers
    )
    suggest_activities: providers.Factory[SuggestActivities] = providers.Factory(
        SuggestActivities,
        facts=facts,
        catalogue=Catalogues.catalogue,
        clock=Foundation.clock,
        dice=Foundation.dice,
        recorder=offer_recorder,
    )
    report_offers: providers.Factory[ReportOffers] = providers.Factory(ReportOffers, offers=offers)
    forget_old_offers: providers.Factory[ForgetOldOffers] = providers.Factory(
        ForgetOldOffers,
        offers=offers,
        clock=Foundation.clock,
        retention=limits.OFFERS_KEPT,
        batch_size=limits.OFFERS_FORGOTTEN_AT_ONCE,
    )
