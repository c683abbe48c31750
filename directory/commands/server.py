"""The production server: gunicorn, run from Python, so that nothing of a search reaches any log."""

import gc
import sys
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.http import message

from directory.app import create_app
from directory.partners import pace
from directory.settings import Settings

THREADS = 8
"""Per worker process: enough to wait on slow phones; the search itself wants processes, not threads."""
LONGEST_REQUEST_LINE = 32_768
"""Bytes. gunicorn allows 8,190 at most and answers a longer line itself, without our page and its crisis
line; so its limit is raised to where our own sentence about a too long search is given."""


class QuietLogger(Logger):
    """gunicorn's log without what people typed: it would write addresses and whole URLs into some lines."""

    def warning(self, msg: object, *args: object, **kwargs: Any) -> None:
        """A line; one about a request that is no HTTP keeps who sent it to itself."""
        if str(msg).startswith("Invalid request"):
            msg, args = "A request that is no HTTP was refused.", ()
        super().warning(msg, *args, **kwargs)

    def exception(self, msg: object, *_args: object, **_kwargs: Any) -> None:
        """What kind of fault it was; its text and its URL may repeat what was typed."""
        fault = sys.exc_info()[0]
        what = str(msg).split("%", maxsplit=1)[0].strip()
        super().error("%s (%s)", what, fault.__name__ if fault else "no fault")


class Server(BaseApplication):
    """gunicorn with its settings here: no configuration file, no access log, no control socket."""

    def __init__(self, settings: Settings, *, host: str, port: int, workers: int):
        vars(message)["MAX_REQUEST_LINE"] = LONGEST_REQUEST_LINE
        self._settings = settings
        self._workers = workers
        self._options = {
            "bind": f"{host}:{port}",
            "workers": workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "accesslog": None,
            "control_socket_disable": True,
            "logger_class": QuietLogger,
            "loglevel": settings.log_level.lower(),
            "limit_request_line": LONGEST_REQUEST_LINE,
            "timeout": 60,
            "post_worker_init": _after_start,
            "forwarded_allow_ips": "*" if settings.trusted_proxies else "127.0.0.1",
        }
        super().__init__()

    def load_config(self) -> None:
        """gunicorn asks for its settings."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """gunicorn asks for the application, once in each worker."""
        pace.share_among(self._workers)
        return create_app(self._settings)


def _after_start(_worker: object) -> None:
    """The index lives in memory from here on: a full collection over it would pause every search."""
    gc.collect()
    gc.freeze()
