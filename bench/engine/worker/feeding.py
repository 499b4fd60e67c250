"""What a worker answers about what a model is fed, before a session of it is timed."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bench.engine.worker.request import request
from bench.records.schema import decode_model

SECONDS = 20.0  # for trying sizes; one call may take longer


class FeedingRequests:
    """Each method with a deadline answers the request of its name."""

    @request(120.0, "trying sizes")
    def feeding(
        self,
        model: Mapping[str, Any],
        batches: Sequence[int],
        seed: int,
        dims: Mapping[str, int],
        inputs: Sequence[str],
        first: Mapping[str, int],
    ) -> dict[str, Any]:
        """Sizes with which a call succeeds, `first` tried first, and what values suit."""
        from bench.models.feed.find import Wanted, find
        from bench.models.feed.given import given

        described = decode_model(model)
        arrays = given(described, inputs).inputs
        until = time.monotonic() + SECONDS
        wanted = Wanted(tuple(batches), seed, dims, arrays, first)
        return asdict(find(described, wanted, lambda: time.monotonic() > until))
