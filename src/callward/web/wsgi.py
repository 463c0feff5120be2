"""The web server's door."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from callward.web.processes import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callward.web.settings")
# A web process whose server was killed would keep the port and answer to nobody's signals.
end_with_parent()
application = get_wsgi_application()
