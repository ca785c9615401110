"""What changes when numbers change: ranges, thresholds, joint changes."""
