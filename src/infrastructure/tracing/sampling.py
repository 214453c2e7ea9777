"""Which traces are told, under the names that OTEL_TRACES_SAMPLER has for it."""

from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased, Sampler, TraceIdRatioBased

from infrastructure.tracing.configuration import Sampling

PARENT_BASED = "parentbased_"


def sampler_of(sampling: Sampling) -> Sampler:
    own: dict[str, Sampler] = {
        "always_on": ALWAYS_ON,
        "always_off": ALWAYS_OFF,
        "traceidratio": TraceIdRatioBased(sampling.share),
    }
    root = own[sampling.name.removeprefix(PARENT_BASED)]
    return ParentBased(root) if sampling.name.startswith(PARENT_BASED) else root
