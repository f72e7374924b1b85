"""What is known of particular families of documents, such as those of the United Nations."""
