"""What granian serves. Where the settings say so, threads of the process do the work that is due."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "covenant.web.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402  (settings need the line above)

from covenant.web.presence import end_with_parent  # noqa: E402

end_with_parent()
if settings.RUN_JOBS:
    from covenant.web.worker import start_threads

    start_threads()
