"""The engine that runs on one machine: FAISS for vectors, SQLite for words and documents."""
