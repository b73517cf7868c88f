"""The sections of a plan on campaigns and accounts, and the meaning of each key with an example of it.

The reference of the plan and the headers of plan.xlsx are made from these descriptions. Names in Python are
those of the file; ``excluded`` and ``from_`` are ``except`` and ``from`` there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Self

from pydantic import Field, model_validator

from warehouse.plan.framework import Table
from warehouse.plan.values import (
    LIST,
    ONE_OR_MORE,
    AccountId,
    AccountMetric,
    Count,
    Currency,
    Day,
    Flag,
    Hashtags,
    Link,
    Number,
    OneOrMoreTexts,
    Post,
    Posts,
    Scope,
    Text,
    Texts,
)


class Rule(Table):
    """Takes a post for which each kind that is given holds: any of its hashtags, any text, any account."""

    hashtags: Hashtags = Field(
        default=(),
        description="The post has one of these hashtags. The # may be left out; large and small letters are alike.",
        examples=[["IDUAI2024", "ច្បាប់ព័ត៌មាន"]],
    )
    text: Texts = Field(
        default=(),
        description="The post's text holds one of these; large and small letters are alike.",
        examples=[["access to information law"]],
    )
    accounts: Texts = Field(
        default=(),
        description="The post is of one of these accounts. Each is a page's name, its username or its id.",
        examples=[["Open Budget Circle", "facebook:100064500000002"]],
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("is empty, and would take nothing: give it hashtags, text or accounts")
        for kind in sorted(self.model_fields_set):
            if not getattr(self, kind):
                raise ValueError(f"has an empty list of {kind}: fill it in, or take it out")
        return self


class AccountFigure(Table):
    """A figure of a page or site over whole days that counts towards a campaign."""

    account: Post = Field(
        description="The page or site, as platform:id or platform:name.",
        examples=["website:api-cambodia.example"],
    )
    metric: AccountMetric = Field(
        description="Which of the account's figures. Visits add up. Reach with a scope bounds the campaign's reach.",
        examples=["visits"],
    )
    from_: Day = Field(
        alias="from",
        description="The first day of the figure.",
        examples=[date(2024, 9, 27)],
    )
    to: Day = Field(description="The last day of the figure; it belongs to it.", examples=[date(2024, 10, 4)])
    scope: Scope | None = Field(
        default=None,
        description="For reach only: what it holds of the accounts that the page's posts of the campaign reached. "
        "covers: all of them, and maybe others. inside: nobody else. equal: both. Without it the reach is shown and "
        "not used.",
        examples=["covers"],
    )


class Campaign(Table):
    """What posts are attributed to. It belongs to one activity."""

    id: Text = Field(
        description="A short name that stays the same for ever: frozen reports name the campaign by it.",
        examples=["iduai-2024"],
    )
    renamed: OneOrMoreTexts = Field(
        default=(),
        description="The id that the campaign had before. Frozen reports and assets that name it mean this campaign.",
        examples=["iduai"],
    )
    activity: Text = Field(description="The id of the activity that it belongs to.", examples=["1.1.7"])
    name: Text = Field(description="The campaign's name, as reports print it.", examples=["IDUAI 2024"])
    name_km: Text | None = Field(
        default=None,
        description="The campaign's name in Khmer, for pages and lines in Khmer. Without it they have the name.",
        examples=["យុទ្ធនាការ IDUAI 2024"],
    )
    starts: Day | None = Field(
        default=None,
        description="The first day on which a post must be published for the rules to take it. Without it, any day.",
        examples=[date(2024, 9, 1)],
    )
    ends: Day | None = Field(
        default=None,
        description="The last day on which a post must be published for the rules to take it. Without it, any day.",
        examples=[date(2024, 11, 30)],
    )
    match: Annotated[tuple[Rule, ...], ONE_OR_MORE] = Field(
        default=(),
        description="The rules that take posts. One rule is enough for a post; within a rule every kind must hold.",
        examples=[[{"hashtags": ["IDUAI2024"]}, {"text": ["IDUAI 2024"], "accounts": ["Open Budget Circle"]}]],
    )
    posts: Posts = Field(
        default=(),
        description="Posts that belong to it whatever the rules say: links, or platform:post_id.",
        examples=[["https://www.facebook.com/watch/?v=1029384756", "youtube:dQw4w9WgXcQ"]],
    )
    excluded: Posts = Field(
        default=(),
        alias="except",
        description="Posts that do not belong to it whatever the rules say: links, or platform:post_id.",
        examples=[["facebook:100064500000001_122158000000000001"]],
    )
    shared: Flag | None = Field(
        default=None,
        description="Whether its rules also take posts that another campaign names. With true such a post counts in "
        "both. With false, or without it, it counts only where it is named; false says that this is meant so.",
        examples=[True],
    )
    stages: Texts = Field(
        default=(),
        description="The steps of a contest, the first one first. An asset counts in its stage and in all before it.",
        examples=[["submitted", "short-listed", "winner"]],
    )
    counted: Mapping[str, Count] = Field(
        default_factory=dict,
        description="How many entries a stage had, where somebody counted them by hand: entries that were never "
        "posted, for example.",
        examples=[{"submitted": 26}],
    )
    asset_word: Text | None = Field(
        default=None,
        description="What one of its assets is called in lines to paste. Without it they are videos or entries.",
        examples=["vlog"],
    )
    asset_word_plural: Text | None = Field(
        default=None,
        description="The same for several of them. Without it, the asset_word with an s behind it.",
        examples=["vlogs"],
    )
    asset_word_km: Text | None = Field(
        default=None,
        description="The same in Khmer. Without it, lines in Khmer have their word for videos or entries.",
        examples=["វីឡុក"],
    )
    landing: Link | None = Field(
        default=None,
        description="The page that its posts lead to. reach links makes a tagged link to it for each partner.",
        examples=["https://api-cambodia.example/iduai-2024"],
    )
    utm: OneOrMoreTexts = Field(
        default=(),
        description="The values of utm_campaign that are its visits. Without it, its id.",
        examples=["iduai-2024"],
    )
    ads: OneOrMoreTexts = Field(
        default=(),
        description="The campaigns of ads that were for it, by name or id, as reports of ads have them. A * at the end "
        "stands for any ending.",
        examples=["IDUAI 2024*"],
    )
    budget: Number | None = Field(
        default=None,
        description="What was planned to be spent on its ads, in budget_currency.",
        examples=[500],
    )
    budget_currency: Currency | None = Field(
        default=None,
        description="The currency of the budget, by its three letters.",
        examples=["USD"],
    )
    event_word: Text | None = Field(
        default=None,
        description="What one of its events is called in lines to paste. Without it they go by their kinds.",
        examples=["national workshop"],
    )
    event_word_plural: Text | None = Field(
        default=None,
        description="The same for several of them. Without it, the event_word with an s behind it.",
        examples=["national workshops"],
    )
    event_word_km: Text | None = Field(
        default=None,
        description="The same in Khmer. Without it, lines in Khmer call events by their kinds.",
        examples=["សិក្ខាសាលាថ្នាក់ជាតិ"],
    )
    account_figures: Annotated[tuple[AccountFigure, ...], LIST] = Field(
        default=(),
        description="Figures of whole pages or sites that count towards it, such as the visits of a campaign's site.",
        examples=[
            [
                {
                    "account": "website:api-cambodia.example",
                    "metric": "visits",
                    "from": date(2024, 9, 27),
                    "to": date(2024, 10, 4),
                }
            ]
        ],
    )

    @model_validator(mode="after")
    def _has_the_word_whose_plural_it_has(self) -> Self:
        for word, plural in (("asset_word", self.asset_word_plural), ("event_word", self.event_word_plural)):
            if plural and not getattr(self, word):
                raise ValueError(f"has {word}_plural and no {word}: write what one of them is called, too")
        return self

    @model_validator(mode="after")
    def _has_the_currency_of_its_budget(self) -> Self:
        if (self.budget is None) != (self.budget_currency is None):
            raise ValueError("has one of budget and budget_currency: write both, or none")
        return self


class Asset(Table):
    """One piece of content published as several posts."""

    id: Text = Field(description="A short name; within its campaign it stands once.", examples=["vlog-1"])
    campaign: Text = Field(description="The id of the campaign that it belongs to.", examples=["iduai-2024"])
    name: Text | None = Field(
        default=None,
        description="What it is called, on pages and in evidence. Without it they have its id.",
        examples=["My right to know"],
    )
    name_km: Text | None = Field(
        default=None,
        description="What it is called in Khmer, on pages in Khmer. Without it they have the name.",
        examples=["សិទ្ធិដឹងរបស់ខ្ញុំ"],
    )
    stage: Text | None = Field(
        default=None,
        description="How far it came: one of the campaign's stages.",
        examples=["winner"],
    )
    posts: Posts = Field(
        default=(),
        description="Its posts: links, or platform:post_id.",
        examples=[["https://www.facebook.com/reel/1234567890", "facebook:100064512345678_1029384757"]],
    )


class Organisation(Table):
    """Whose accounts they are, and who is asked about them."""

    name: Text = Field(
        description="The organisation's name. Its folder in the inbox has the same name.",
        examples=["Open Budget Circle"],
    )
    contact: Text | None = Field(
        default=None,
        description="Who is asked for its exports. It never stands in what goes to a donor.",
        examples=["Media officer, +855 00 000 002"],
    )


class Account(Table):
    """A page, channel, profile, site or station, and what else it is called."""

    id: AccountId = Field(
        description="The platform, a colon, and the account's own id there.",
        examples=["facebook:100064512345678"],
    )
    organisation: Text | None = Field(
        default=None,
        description="The name of the organisation whose account it is.",
        examples=["Open Budget Circle"],
    )
    also: Texts = Field(
        default=(),
        description="Other names under which files know it, such as the page's name before it was changed.",
        examples=[["Open Budget", "Budget Circle"]],
    )
    not_ours: Flag = Field(
        default=False,
        description="Whether it is somebody else's account. Its posts then count only where a campaign names them.",
        examples=[True],
    )

    @property
    def platform(self) -> str:
        return self.id.partition(":")[0]

    @property
    def account_id(self) -> str:
        return self.id.partition(":")[2]


class Same(Table):
    """Names of one post that was taken for several."""

    posts: Posts = Field(
        description="Two or more posts that are one: links, or platform:post_id.",
        examples=[["outreach:7", "facebook:100064512345678_1029384756"]],
    )
