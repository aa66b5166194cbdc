"""Runs a hidden suite against a submission and gives one case result per case."""
