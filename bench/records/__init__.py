"""A report on disk: journal entries, what they amount to, and how they are encoded."""
