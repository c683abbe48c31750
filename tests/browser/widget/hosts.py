"""A partner's web site: a small server of another origin that shows whatever page a test writes."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from flask import Flask

Wsgi = Callable[..., Iterable[bytes]]


@dataclass
class Host:
    """`origin` is another one, and another site, than the program's. `pages`: path to (HTML, headers)."""

    port: int = 0
    pages: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        """As browsers send it."""
        return f"http://localhost:{self.port}"

    def put(self, path: str, body: str, head: str = "", lang: str = "en", **headers: str) -> str:
        """Puts a page there; its address."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        direction = ' dir="rtl"' if lang == "ar" else ""
        page = (
            f'<!doctype html><html lang="{lang}"{direction}><head><meta charset="utf-8">'
            f'<meta name="viewport" content="width=device-width"><title>Library</title>'
            f'<link rel="icon" href="data:,">{head}</head>'
            f"<body><main><h1>Library</h1>{body}</main></body></html>"
        )
        self.pages[path] = page, named
        return self.origin + path


@contextmanager
def hosting() -> Iterator[Host]:
    """A site that answers meanwhile."""
    host = Host()

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page, headers = host.pages.get(self.path.partition("?")[0], ("", {}))
            content = page.encode()
            self.send_response(200 if page else 404)
            for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.daemon_threads = True
    host.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield host
    server.shutdown()
    server.server_close()
    thread.join(5)


@dataclass
class Seen:
    """What the program was asked: method, path, and whether a cookie came with it."""

    asked: list[tuple[str, str, bool]] = field(default_factory=list)

    def watch(self, app: Flask) -> None:
        """Writes down every request from now on."""
        inner: Wsgi = app.wsgi_app

        def noting(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
            self.asked.append((environ["REQUEST_METHOD"], environ["PATH_INFO"], "HTTP_COOKIE" in environ))
            return inner(environ, start)

        app.wsgi_app = noting  # type: ignore[method-assign,assignment]
