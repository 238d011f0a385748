"""SpiNNaker's software in whole numbers of Python: slow, and written from the specification alone.

It shares no code with the engine. Sums wrap modulo 2^32; shifts of negative numbers round down.
"""
