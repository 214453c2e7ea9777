from collections.abc import Iterator

from pydantic import Field, SecretStr

from entrypoints.bootstrap.setting_groups.addresses import is_web_address
from entrypoints.bootstrap.setting_groups.group import Group


class AlertSettings(Group):
    heading = "Alerts"

    google_chat_webhook_url: SecretStr | None = Field(
        None, alias="GOOGLE_CHAT_WEBHOOK_URL", description="where alerts go; without it they are log lines"
    )

    def faults(self) -> Iterator[str]:
        webhook = self.google_chat_webhook_url
        if webhook and not is_web_address(webhook.get_secret_value()):
            yield "GOOGLE_CHAT_WEBHOOK_URL: must look like https://chat.googleapis.com/v1/spaces/…/messages?key=…&token=…"
