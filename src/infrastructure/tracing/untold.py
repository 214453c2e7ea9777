from infrastructure.tracing.tracer import Attributes, Span


class UntoldSpan(Span):
    """Of work that nobody is told of."""

    @property
    def traceparent(self) -> str:
        return ""

    def named(self, name: str) -> None:
        """Untold."""

    def note(self, attributes: Attributes) -> None:
        """Untold."""

    def failed(self, kind: str) -> None:
        """Untold."""

    def continues(self, traceparent: str) -> None:
        """Untold."""


UNTOLD = UntoldSpan()
