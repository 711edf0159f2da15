"""The clinic for a WSGI server.

The settings module comes from the environment; the rehearsal clinic is the default.
"""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "thecal.clinic.settings.demo")
application = get_wsgi_application()
