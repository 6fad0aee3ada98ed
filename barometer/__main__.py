"""`python -m barometer` is the command `barometer`."""

from barometer.cli import main

if __name__ == "__main__":
    main()
