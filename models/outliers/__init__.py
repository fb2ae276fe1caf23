"""How unusual a subject is among its peers, with reasons."""
