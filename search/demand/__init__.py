"""What is looked for and not there: counted, never who."""

from flask import Flask

from search.demand import jobs
from search.demand.views import blueprint

WORK = (jobs,)


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
