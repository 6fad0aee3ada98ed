"""The application that the server runs."""

from django.core.wsgi import get_wsgi_application

from barometer.web.config.bodies import Bodies

application = Bodies(get_wsgi_application())

from barometer.web.config.warm import begin_with_the_ledger, warm  # noqa: E402 (the settings are read first)

warm()
begin_with_the_ledger()
