"""Reading a question and a passage together: does the passage answer, and with which words.

The weights stand beside the code; ``python -m training.reader`` makes them.
"""
