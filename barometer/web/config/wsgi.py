"""The application that the server runs."""

import ctypes
import multiprocessing
import os
from contextlib import suppress
from threading import Thread

from django.core.wsgi import get_wsgi_application

from barometer.web.config.bodies import Bodies

application = Bodies(get_wsgi_application())

from barometer.web.config.warm import begin_with_the_ledger, warm  # noqa: E402 (the settings are read first)

warm()


def serving() -> Bodies:
    """The application for the process that serves it: what pages remember is worked out beside its first answers."""
    _give_memory_back()
    Thread(target=_end_with_the_server, name="server", daemon=True).start()
    begin_with_the_ledger()
    return application


#: Numbers of malloc.h, and what is said of each: two stores for all threads instead of one each, and freed memory from
#: 128 kB on goes back to the system, however much was freed before.
_MALLOC = {-8: 2, -3: 128 * 1024, -1: 128 * 1024}


def _give_memory_back() -> None:
    """Let the C library keep less of what was freed: a large table or page would else stay with its thread for good."""
    with suppress(OSError, AttributeError, TypeError):  # other systems' libraries know of nothing like it
        for name, value in _MALLOC.items():
            ctypes.CDLL(None).mallopt(name, value)


def _end_with_the_server() -> None:
    """A server that was killed told its processes nothing, and they would keep the port from the next one."""
    if server := multiprocessing.parent_process():
        server.join()
        os._exit(1)
