"""Build the prompts: weights, neural speech, a recogniser that listens to it, and music. Needs the `voice` extra.

Never needed at run time: the audio it makes is committed under `ivr/prompts/audio`.
"""
