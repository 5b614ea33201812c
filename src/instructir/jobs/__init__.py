"""Long work that survives a kill: folders of pictures, videos, and both on a cluster."""
