"""Processes that kill themselves in the middle of an import: at the nth revision or at the nth bytes kept."""

#: To be followed by what imports; the second argument says at which one it dies.
COUNTING = """
import os, signal, sys
from pathlib import Path
from barometer.web import entry
entry.setup()
from barometer.evidence import Store
from barometer.web.actions import importing

left = int(sys.argv[2])

def counted(function):
    def inner(*arguments, **named):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **named)
    return inner

importing.record_revision = counted(importing.record_revision)
Store.keep = counted(Store.keep)
"""
