"""Reports: counters of the engine as text and tables."""
