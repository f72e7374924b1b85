"""A question to an answer: citations that can be checked, or a refusal."""
