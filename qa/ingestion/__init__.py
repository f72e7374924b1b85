"""Files to documents, and documents to passages."""
