"""JSON documents in which some values are of another kind or size than they should be."""

import copy

ODD = (None, True, -1, 0, 2**63, 10**400, 1e308, 5e-324, -1.5, "", "text", "\udcff", [], {}, [[]])


def changed(document, generator):
    """A copy of `document` with one to three odd values, or without them."""
    document = copy.deepcopy(document)
    for _ in range(generator.randint(1, 3)):
        if not document:  # its only key was taken away
            break
        holder, key = generator.choice(list(places(document)))
        if generator.random() < 0.15:
            del holder[key]
        else:
            holder[key] = copy.deepcopy(generator.choice(ODD))
    return document


def places(value):
    """Every (holder, key) below `value`; of a long list the first three alone."""
    items = list(value.items()) if isinstance(value, dict) else list(enumerate(value[:3]))
    for key, inner in items:
        yield value, key
        if isinstance(inner, dict | list):
            yield from places(inner)
