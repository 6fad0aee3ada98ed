"""The application that the server runs."""

import multiprocessing
import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

from barometer.web.config.bodies import Bodies

application = Bodies(get_wsgi_application())

from barometer.web.config.warm import begin_with_the_ledger, warm  # noqa: E402 (the settings are read first)

warm()


def serving() -> Bodies:
    """The application for the process that serves it: what pages remember is worked out beside its first answers."""
    Thread(target=_end_with_the_server, name="server", daemon=True).start()
    begin_with_the_ledger()
    return application


def _end_with_the_server() -> None:
    """A server that was killed told its processes nothing, and they would keep the port from the next one."""
    if server := multiprocessing.parent_process():
        server.join()
        os._exit(1)
