"""Who brought whom: each customer was brought by one other at most."""


def find_circle(brought_by, starts):
    """Return the first circle met from ``starts``, as a list whose first and last entry are the same.

    :param brought_by: ``{customer: who brought them}``; those brought by nobody may be left out
    :param starts: customers to follow upwards, in order
    :return: each entry was brought by the next; None where all lines end

    Each customer is looked at once, so that long lines and large imports cost what they hold.

    >>> find_circle({1: 2, 2: 3}, [1])
    >>> find_circle({1: 2, 2: 3, 3: 1}, [1])
    [1, 2, 3, 1]
    >>> find_circle({1: 1}, [1])
    [1, 1]
    >>> find_circle({0: 1, 1: 2, 2: 1}, [0])
    [1, 2, 1]
    """
    done = set()
    for start in starts:
        line, position = [], {}
        each = start
        while each is not None and each not in done:
            if each in position:
                return [*line[position[each] :], each]
            position[each] = len(line)
            line.append(each)
            each = brought_by.get(each)
        done.update(line)
    return None
