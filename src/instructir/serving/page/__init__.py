"""The web page: a photo, a sentence, a result, and on from there."""

from instructir.serving.page.mounting import mounted

__all__ = ["mounted"]
