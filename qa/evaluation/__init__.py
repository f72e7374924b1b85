"""The quality of answers: sets of questions, measures, reports."""
