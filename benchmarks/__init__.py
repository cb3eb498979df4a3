"""Measurements, never tests: ratios against a floor or a rival in the same run."""
