"""The settings of where a night's work is done; ``[engine]`` in ``reach.toml``."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator


class EngineSettings(BaseModel):
    """Where a night's work is done: by this process, or by the workers of a Dask cluster.

    ``address`` is a scheduler's, such as ``tcp://scheduler:8786``; or ``cluster`` names a class of Dask's, which makes
    a cluster for the night with ``cluster_settings``. ``seconds`` is how long one piece of work may take.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Literal["local", "dask"] = "local"
    address: str = ""
    cluster: str = ""
    cluster_settings: dict[str, Any] = Field(default_factory=dict)
    seconds: float = Field(default=1800, gt=0, allow_inf_nan=False)

    @model_validator(mode="after")
    def _names_one_cluster(self) -> EngineSettings:
        if self.kind == "dask" and bool(self.address) == bool(self.cluster):
            raise ValueError(
                'kind = "dask" needs either address, a scheduler\'s such as "tcp://scheduler:8786", or cluster, the '
                "whole name of a class of Dask's"
            )
        if self.kind == "local" and (self.address or self.cluster):
            raise ValueError('address and cluster need kind = "dask" beside them')
        return self
