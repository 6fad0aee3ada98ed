"""The application that the server runs."""

from django.core.wsgi import get_wsgi_application

from barometer.web.config.bodies import Bodies

application = Bodies(get_wsgi_application())

from barometer.web.config.warm import begin_with_the_ledger, warm  # noqa: E402 (the settings are read first)

warm()


def serving() -> Bodies:
    """The application for the process that serves it: what pages remember is worked out beside its first answers."""
    begin_with_the_ledger()
    return application
