"""Reports: what was computed and what it cost, as data, text and a page."""
