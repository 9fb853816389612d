"""Asterisk's manager interface, for the little ARI cannot do: Redirect, MixMonitor, StopMixMonitor, MixMonitorMute."""
