"""How a network runs: in strips or tiles, in the memory there is, on the runtime that was chosen."""
