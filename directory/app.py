"""`create_app`: the parts of the web application, wired. Nothing else happens here."""

import datetime as dt
import hashlib
from functools import cache
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from directory.accounts.rotation import open_ring
from directory.database import database_url, db, engine_options, session_factory
from directory.geo.gazetteer import Gazetteer
from directory.geo.geocoders import make_geocoder
from directory.listings.needs import taxonomy
from directory.search.engines import make_engine
from directory.search.follow import refresh
from directory.settings import Settings
from directory.web import (
    access,
    compression,
    counting,
    errors,
    guard,
    headers,
    health,
    indexing,
    language,
    logs,
    sign_in,
    work,
)
from directory.web.api import description
from directory.web.house import House
from directory.web.pages import (
    account,
    agencies,
    bases,
    break_glass,
    clients,
    consents,
    continuing,
    crawlers,
    docs,
    drafts,
    embed,
    finding,
    given_links,
    handoffs,
    inbox,
    incidents,
    listing,
    own_link,
    partner_looks,
    partners,
    people,
    privacy,
    receiver_link,
    referrals,
    reports,
    search,
    self_referral,
    sent_links,
    site,
    supervisor,
    widget,
)

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
LARGEST_FORM = 64 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """The application of one instance. Raises `InstanceInvalid` when a setting or a field key is wrong."""
    settings = settings or Settings.from_environment()
    app = Flask("directory", template_folder=str(TEMPLATES))
    app.config.update(
        SECRET_KEY=settings.kept_secret(),
        SQLALCHEMY_DATABASE_URI=database_url(settings.database),
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database),
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_PARTS=200,
        TEMPLATES_AUTO_RELOAD=settings.development,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    logs.init_logs(app, settings.log_level)
    headers.init_headers(app)
    compression.init_compression(app)
    language.init_language(app, settings.default_language)
    access.init_access(app)
    errors.init_errors(app)
    db.init_app(app)
    app.extensions["house"] = _furnish(app, settings)
    guard.init_guard(app)
    counting.init_counting(app)
    sign_in.init_sign_in(app, settings)
    _init_templates(app, settings)
    indexing.init_indexing(app)
    work.init_work(app)
    for blueprint in (
        account.blueprint,
        bases.blueprint,
        break_glass.blueprint,
        agencies.blueprint,
        clients.blueprint,
        consents.blueprint,
        continuing.blueprint,
        crawlers.blueprint,
        docs.blueprint,
        drafts.blueprint,
        embed.blueprint,
        finding.blueprint,
        given_links.blueprint,
        handoffs.blueprint,
        inbox.blueprint,
        incidents.blueprint,
        receiver_link.blueprint,
        referrals.blueprint,
        reports.blueprint,
        sent_links.blueprint,
        search.blueprint,
        listing.blueprint,
        privacy.blueprint,
        own_link.blueprint,
        partners.blueprint,
        partner_looks.blueprint,
        self_referral.blueprint,
        people.blueprint,
        site.blueprint,
        supervisor.blueprint,
        health.blueprint,
        widget.blueprint,
    ):
        app.register_blueprint(blueprint)
    description.init_api(app)
    return app


def _furnish(app: Flask, settings: Settings) -> House:
    """Loads what searches need. The memory engine keeps nothing, so it reads the listings now."""
    engine = make_engine(settings, taxonomy())
    with app.app_context():
        keys = open_ring(db.engine, settings)
    if settings.search_engine == "memory":
        with app.app_context():
            refresh(session_factory(db.engine, read_only=True), engine, examples=settings.examples)
    return House(
        settings=settings,
        engine=engine,
        taxonomy=taxonomy(),
        gazetteer=Gazetteer.load(settings.directory_home),
        geocoder=make_geocoder(settings),
        keys=keys,
        now=lambda: dt.datetime.now(dt.UTC),
    )


def _init_templates(app: Flask, settings: Settings) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    def asset(name: str) -> str:
        digest = hashlib.sha256((Path(app.static_folder or "") / name).read_bytes()).hexdigest()
        return f"{app.static_url_path}/{name}?v={digest[:10]}"

    known = asset if settings.development else cache(asset)
    app.jinja_env.globals.update(
        asset=known, icons=known("icons.svg"), site_name=settings.site_name, label=search.label
    )
