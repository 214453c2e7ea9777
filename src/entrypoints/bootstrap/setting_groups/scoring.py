from pydantic import Field

from entrypoints.bootstrap.setting_groups.group import Group


class ScoringSettings(Group):
    points_per_turn: float = Field(1.0, alias="POINTS_PER_TURN", ge=0, description="points")
    points_per_question: float = Field(3.0, alias="POINTS_PER_QUESTION", ge=0, description="points")
    points_per_memory: float = Field(5.0, alias="POINTS_PER_MEMORY", ge=0, description="points")
