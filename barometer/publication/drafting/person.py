from barometer.publication.drafting.values import *


def draft_person(case, subject, day, language):
    return Draft(subject, language)
