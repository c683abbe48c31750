"""For WSGI servers: `gunicorn wsgi:app`."""

from directory.app import create_app

app = create_app()
