"""The main job, shown: an Asterisk, the hotline, callers and agents over real SIP, and the check that all is there."""
