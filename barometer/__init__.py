"""Press Barometer: the record of what happens to journalists and newsrooms."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("press-barometer")
except PackageNotFoundError:  # run from a source tree that was never installed
    __version__ = "0+unknown"
