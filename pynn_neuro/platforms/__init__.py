"""Platforms: how a network is represented, each in a folder of its own behind the seam in `base`."""

from .base import Clock, Platform, get_platform, platform_names

__all__ = ["Clock", "Platform", "get_platform", "platform_names"]
