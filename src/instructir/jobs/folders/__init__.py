"""Folders of pictures: what is listed, what is done and journalled, and where pictures are kept."""
