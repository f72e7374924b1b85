"""Child processes that read files under limits, so that a hostile file harms nothing else."""
