"""A slow integer model of Loihi, written from the equations of docs/platforms/loihi.md alone.

Python's own whole numbers, one cell and one synapse after the other, a dict of what is under way: to be
compared with the engine. It shares no line and no table with it.
"""
