"""What depends on a language: words, entities such as numbers and countries, and which language a text is in."""
