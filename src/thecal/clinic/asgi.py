"""The clinic for an ASGI server.

The settings module comes from the environment; the rehearsal clinic is the default.
"""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thecal.clinic.settings.demo")
application = get_asgi_application()
