"""Platforms that can be asked: a module each, beside how all of them are asked (:mod:`connectors.asking.http`)."""
