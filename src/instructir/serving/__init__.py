"""The REST API and the web page: one process, one model in memory."""
