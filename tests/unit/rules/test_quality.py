"""The floor below which the offline analyst must not fall, on conversations its rules were not written for."""

from application.use_cases.evaluate_analyst import EvaluateAnalyst, LabelledConversation
from domain.emotion import SessionEmotion
from domain.evaluation import quality
from infrastructure.rules.analyst import RulesConversationAnalyst
from tests.unit.rules.test_examples import LABELLED, labelled


async def test_the_held_back_part_is_understood_well_enough() -> None:
    held_back = [
        LabelledConversation(
            language=example["language"],
            conversation=labelled(example),
            questions=example["expected"]["user_initiated_questions"],
            emotion=SessionEmotion(example["expected"]["session_emotion"]),
        )
        for example in LABELLED
        if example["held_back"]
    ]

    found = quality(await EvaluateAnalyst(analyst=RulesConversationAnalyst())(held_back))

    assert found.exact_match >= 0.85
    assert found.macro_f1 >= 0.6
