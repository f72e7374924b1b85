"""Trains what the package ships trained. Not part of the package; needs its own extra, ``training``."""
