"""Turns whatever was handed in into submissions."""
