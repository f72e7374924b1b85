"""Pages of documents as they look, and where on them the words of the document's text stand."""

from qa.pages.boxes import boxes, parts_on
from qa.pages.studio import Studio
from qa.readers.picture import Box, Picture

__all__ = ["Box", "Picture", "Studio", "boxes", "parts_on"]
