"""What is known of a user: shown, verified, changed, erased."""

from dependency_injector import providers

from application.use_cases.delete_erased_logs import DeleteErasedLogs
from application.use_cases.erase_user import EraseUser
from application.use_cases.show_friendship import ShowFriendship
from application.use_cases.show_ledger import ShowLedger
from application.use_cases.update_profile import UpdateProfile
from application.use_cases.verify_ledger import VerifyLedger
from entrypoints.bootstrap import limits
from entrypoints.bootstrap.containers.database import Database
from entrypoints.bootstrap.containers.foundation import Foundation
from entrypoints.bootstrap.containers.logs import Logs


class Friendships(Logs):
    show_friendship: providers.Factory[ShowFriendship] = providers.Factory(
        ShowFriendship, unit_of_work=Database.unit_of_work, clock=Foundation.clock
    )
    update_profile: providers.Factory[UpdateProfile] = providers.Factory(
        UpdateProfile, unit_of_work=Database.unit_of_work
    )
    show_ledger: providers.Factory[ShowLedger] = providers.Factory(ShowLedger, unit_of_work=Database.unit_of_work)
    verify_ledger: providers.Factory[VerifyLedger] = providers.Factory(VerifyLedger, unit_of_work=Database.unit_of_work)
    erase_user: providers.Factory[EraseUser] = providers.Factory(
        EraseUser,
        unit_of_work=Database.unit_of_work,
        removal=Logs.log_removal,
        clock=Foundation.clock,
        patience=limits.ERASURE_PATIENCE,
        logs_again_after=limits.ERASED_LOGS_AGAIN_AFTER,
    )
    delete_erased_logs: providers.Factory[DeleteErasedLogs] = providers.Factory(
        DeleteErasedLogs,
        unit_of_work=Database.unit_of_work,
        removal=Logs.log_removal,
        clock=Foundation.clock,
        again_after=limits.ERASED_LOGS_AGAIN_AFTER,
    )
