"""Puts results into words: tables, documents, and the picture report. Nothing here measures."""
