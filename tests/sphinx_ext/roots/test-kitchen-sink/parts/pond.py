"""A pond in program code."""


def swim(fish: str, speed: int = 1) -> str:
    """Let a fish swim through the documented pond.

    The fish comes back after a while.

    :param fish: The name of the documented fish.
    :param speed: How fast the documented fish is.
    :returns: A splash that was documented.
    """
    return fish * speed
