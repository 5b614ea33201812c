"""What tests make their pictures, networks, servers and runs with."""
