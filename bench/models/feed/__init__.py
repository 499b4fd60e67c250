"""What a model is fed: sizes of its dimensions, arrays that suit it, labelled data."""
