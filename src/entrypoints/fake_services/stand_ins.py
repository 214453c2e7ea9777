from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from entrypoints.fake_services.behaviour import Behaviour
from entrypoints.fake_services.listening import listening
from entrypoints.fake_services.llm_role import LlmRole
from entrypoints.fake_services.memory_role import MemoryRole
from entrypoints.fake_services.stand_in import StandIn

KEY = "stand-in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    memory: str
    llm: str

    def environment(self) -> dict[str, str]:
        """What makes a service use the stand-ins."""
        return {
            "MEMORY_API_URL": self.memory,
            "LLM_PROVIDER": "groq",
            "GROQ_BASE_URL": self.llm,
            "GROQ_API_KEY": KEY,
        }


@asynccontextmanager
async def both_listening(
    *, host: str, memory_port: int, llm_port: int, memory: Behaviour, llm: Behaviour
) -> AsyncIterator[Addresses]:
    """Raises OSError when a port is taken."""
    async with AsyncExitStack() as stack:
        stand_ins = (StandIn(role=MemoryRole(), behaviour=memory), StandIn(role=LlmRole(), behaviour=llm))
        memory_at, llm_at = [
            await stack.enter_async_context(listening(stand_in, host=host, port=port))
            for stand_in, port in zip(stand_ins, (memory_port, llm_port), strict=True)
        ]
        yield Addresses(memory=f"http://{host}:{memory_at}", llm=f"http://{host}:{llm_at}")
