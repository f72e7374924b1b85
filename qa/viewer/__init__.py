"""Pages of documents as they look, and where on them the words of the document's text stand."""

from qa.viewer.boxes import boxes, parts_on
from qa.viewer.picture import Box, Picture
from qa.viewer.studio import Studio

__all__ = ["Box", "Picture", "Studio", "boxes", "parts_on"]
