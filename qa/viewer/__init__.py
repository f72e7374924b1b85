"""Pages of PDF documents as images, and where on them the words of a document's text stand."""

from qa.viewer.page_image import Box, PageImage
from qa.viewer.renderer import PageRenderer
from qa.viewer.word_boxes import boxes, parts_on

__all__ = ["Box", "PageImage", "PageRenderer", "boxes", "parts_on"]
