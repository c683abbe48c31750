"""Waiting for what another process or a server will have done within moments."""

import time
from collections.abc import Callable
from typing import TypeVar

import pytest

Answer = TypeVar("Answer")
PAUSE = 0.05


def until(deed: Callable[[], Answer], told: str, seconds: float = 30) -> Answer:
    """Does the deed until it answers something true, and answers that. Fails with `told` after so long."""
    end = time.monotonic() + seconds
    while not (answer := deed()):
        if time.monotonic() > end:
            pytest.fail(f"not within {seconds:.0f} seconds: {told}")
        time.sleep(PAUSE)
    return answer
