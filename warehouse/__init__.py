"""What is known and what it adds up to: archive, history, plan, rollups, published tables.

Knows ``connectors.contract`` and no platform; knows no flow.
"""
