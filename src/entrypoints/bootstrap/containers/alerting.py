"""Where alerts go, and what keeps the same one from being told twice."""

from dependency_injector import providers

from application.ports.alert_channel import AlertChannel
from application.ports.alert_suppression import AlertSuppression
from entrypoints.bootstrap import build_alerts
from entrypoints.bootstrap.containers.foundation import Foundation
from entrypoints.bootstrap.containers.metrics import Metrics
from entrypoints.bootstrap.containers.replicas import Replicas
from infrastructure.alerting.desk import AlertDesk
from infrastructure.google_chat.channel import GoogleChatAlerts


class Alerting(Metrics, Replicas):
    google_chat: providers.Singleton[GoogleChatAlerts | None] = providers.Singleton(
        build_alerts.google_chat, Foundation.settings
    )
    alert_channel: providers.Singleton[AlertChannel] = providers.Singleton(build_alerts.channel, google_chat)
    alert_suppression: providers.Singleton[AlertSuppression] = providers.Singleton(
        build_alerts.suppression, Replicas.redis
    )
    alerts: providers.Singleton[AlertDesk] = providers.Singleton(
        build_alerts.desk, alert_channel, alert_suppression, Metrics.count_alerts
    )
