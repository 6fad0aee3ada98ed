from barometer.publication.drafting.values import *


def misfits(text, events, language):
    return ()
