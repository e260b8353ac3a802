"""Who is held out, and who is in a sample: decided by a number that anybody can draw again."""

from hashlib import sha256


def digest(*parts):
    """Return the SHA-256 of ``parts`` joined by colons, in hexadecimal digits."""
    return sha256(":".join(str(part) for part in parts).encode()).hexdigest()


def share(*parts):
    """Return a number from 0 to below 1 that depends on nothing but ``parts``, evenly spread."""
    return int(digest(*parts)[:8], 16) / 2**32


def is_held_out(seed, program_id, partner_id, percent):
    """Return whether a customer is held out of a program that holds out ``percent`` (0-100)."""
    return share(seed, program_id, partner_id) < percent / 100


def is_sampled(seed, program_id, partner_id, percent):
    """Return whether a customer is in the sample of ``percent`` (0-100) that a program takes.

    Another prefix than the hold-out: both draws know nothing of each other.
    """
    return share("sample", seed, program_id, partner_id) < percent / 100
