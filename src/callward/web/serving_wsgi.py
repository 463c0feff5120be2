"""The web server's door in a process that serves: what must be looked after while nobody asks is started with it."""

from __future__ import annotations

from callward.web.wsgi import application  # isort: skip - models are there once Django is set up
from callward.web.keys.epochs import let_go_again_and_again

__all__ = ["application"]

let_go_again_and_again()
