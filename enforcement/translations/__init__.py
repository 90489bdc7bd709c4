"""The catalogues of messages: Chinese is the source text, English its translation."""
