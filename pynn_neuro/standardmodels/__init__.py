"""PyNN's standard models as tables: names, recordable variables and allowed values."""
