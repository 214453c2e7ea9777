"""Whether the new version may take over: ``python -m delivery.canary``. Standard library only: any runner has it."""
