"""How good the answers are: sets of questions, measures, reports."""
