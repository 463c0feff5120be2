"""Names of people, addresses, towns and organisations: a sequence model a language, trained by ``training/``."""

from callward.engine.pii.names.find import find_names

__all__ = ["find_names"]
