"""Pages of documents as they look, with the words that are quoted marked on them."""
