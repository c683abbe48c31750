"""The HSDS API put into the application: its routes, their shapes, its term index, open to every site."""

from flask import Flask
from flask_smorest import Api

from directory.listings.store_terms import TermIndex
from directory.web.api import hsds_feeds
from directory.web.api.hsds_answering import init_cors
from directory.web.api.hsds_contents import TERMS, TOTALS
from directory.web.api.hsds_described import shapes
from directory.web.house import House


def init_hsds(app: Flask, api: Api) -> None:
    """Adds the API to `app`, described in `api`."""
    house: House = app.extensions["house"]
    app.extensions[TERMS] = TermIndex(house.taxonomy, examples=house.settings.examples)
    app.extensions[TOTALS] = {}
    for name, shape in shapes():
        api.spec.components.schema(name, shape)
    api.register_blueprint(hsds_feeds.blueprint)
    init_cors(app)
