"""Graphs of states: which of them form loops, and where these can be cut."""

from __future__ import annotations

from collections.abc import Callable


def cut(loop: frozenset[int], following: Callable[[int], set[int]]) -> list[int]:
    """Return states of a loop through some of which every round goes."""
    left, states = set(loop), []
    for state in sorted(loop):
        edges = {each: following(each) & left for each in left}
        if not any(len(part) > 1 or part & edges[next(iter(part))] for part in map(set, components(edges))):
            break
        left.discard(state)
        states.append(state)
    return states


def _taken_down_to(node: int, stack: dict[int, None]) -> frozenset[int]:
    """Take a node and all that lies on it from a stack."""
    part = [stack.popitem()[0]]
    while part[-1] != node:
        part.append(stack.popitem()[0])
    return frozenset(part)


def components(edges: dict[int, set[int]]) -> list[frozenset[int]]:
    """Return the strongly connected parts of a graph (Tarjan)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    on_stack: dict[int, None] = {}
    found: list[frozenset[int]] = []
    for root in edges:
        work = [(root, iter(edges[root]))] if root not in index else []
        if work:
            index[root] = low[root] = len(index)
            on_stack[root] = None
        while work:
            node, following = work[-1]
            to = next(following, None)
            if to is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    found.append(_taken_down_to(node, on_stack))
            elif to not in index:
                index[to] = low[to] = len(index)
                on_stack[to] = None
                work.append((to, iter(edges.get(to, ()))))
            elif to in on_stack:
                low[node] = min(low[node], index[to])
    return found
