"""What people say: the corpus, and its translation into plans."""
