"""One option out of several."""

from __future__ import annotations

from typing import ClassVar

from wtforms import IntegerField
from wtforms.validators import NumberRange

from question_types._choices import ChoiceSettings, Single
from question_types.base import N_, Example


class SingleChoice(Single):
    """Radio buttons."""

    key: ClassVar[str] = "single_choice"
    label: ClassVar[str] = N_("Single choice")
    hint: ClassVar[str] = N_("One of several options")
    aliases: ClassVar[tuple[str, ...]] = (
        "lss:L",
        "surveyjs:radiogroup",
        "formbricks:multipleChoiceSingle",
        "surveyking:Radio",
        "xiaoju:radio",
        "heyform:multiple_choice",
        "tduck:RADIO",
        "opnform:radio",
        "xlsform:select_one",
        "indico:single_choice",
        "qsf:MC/SAVR",
    )
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            {
                "options": [
                    {"id": "open", "label": "开户"},
                    {"id": "loan", "label": "贷款咨询"},
                    {"id": "wealth", "label": "理财产品"},
                    {"id": "card", "label": "补办银行卡"},
                ],
                "other": True,
            },
            {"": ["other"], "other": ["自助机存款"]},
            {"v": "other", "other": {"other": "自助机存款"}},
            "您今天办理了哪项业务？",
        ),
        Example(
            {
                "options": [
                    {"id": "minutes5", "label": "5 分钟以内"},
                    {"id": "minutes15", "label": "5–15 分钟"},
                    {"id": "longer", "label": "15 分钟以上"},
                ]
            },
            {"": ["minutes15"]},
            "minutes15",
            "您等了多久才轮到？",
        ),
        Example(
            {
                "options": [
                    {"id": "app", "label": "Mobile app"},
                    {"id": "web", "label": "Website"},
                    {"id": "store", "label": "In store"},
                    {"id": "phone", "label": "By phone"},
                ],
                "order": "random",
                "across": 2,
            },
            {"": ["app"]},
            "app",
            "Where did you place your order?",
        ),
    )

    class Settings(ChoiceSettings):
        across = IntegerField(
            N_("Options side by side"),
            [NumberRange(min=1, max=4)],
            default=1,
            description=N_("On wide screens; phones show one per line"),
        )
