"""How a copy says to other machines that a machine wrote some of it: IPTC's and schema.org's words for that."""

from __future__ import annotations

#: of a whole that people wrote and machine text is in (IPTC, as an address), and the property that says so
COMPOSITE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
PROPERTY = "digitalSourceType"
#: of a paragraph that a machine wrote (schema.org)
PARAGRAPH = "https://schema.org/TrainedAlgorithmicMediaDigitalSource"
