from application.ports.health import CacheProbe, CacheState


class NoCache(CacheProbe):
    """Every process has its own suppression and limits."""

    async def state(self) -> CacheState:
        return CacheState.NOT_CONFIGURED
