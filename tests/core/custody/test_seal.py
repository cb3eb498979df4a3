"""What a printed root proves."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from pratique.core.custody import seal

leaves_of_a_segment = st.lists(st.binary(min_size=1, max_size=8).map(seal.hash_leaf), min_size=1, max_size=70)


def root_by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word: split at the largest power of two smaller than n."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = root_by_definition(leaves[:split]), root_by_definition(leaves[split:])
    return sha256(b"\x01" + left + right).digest()


@given(leaves_of_a_segment)
def test_the_root_is_that_of_rfc_6962(leaves):
    assert seal.hash_root(leaves) == root_by_definition(leaves)


def test_the_root_of_nothing_is_the_hash_of_nothing():
    assert seal.hash_root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@given(leaves_of_a_segment, st.data())
def test_every_entry_can_be_shown_to_be_in_its_segment(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = seal.prove_inclusion(leaves=leaves, index=index)
    where = {"index": index, "size": len(leaves), "path": path, "root": seal.hash_root(leaves)}
    assert seal.verify_inclusion(leaf=leaves[index], **where)
    assert not seal.verify_inclusion(leaf=seal.hash_leaf(b"forged entry"), **where)


@given(leaves_of_a_segment, st.data())
def test_changing_dropping_or_swapping_an_entry_changes_the_root(leaves, data):
    root, index = seal.hash_root(leaves), data.draw(st.integers(0, len(leaves) - 1))
    changed = [*leaves[:index], seal.hash_leaf(b"forged entry"), *leaves[index + 1 :]]
    dropped = leaves[:index] + leaves[index + 1 :]
    assert seal.hash_root(changed) != root
    assert seal.hash_root(dropped) != root
    if len(leaves) > 1 and leaves[0] != leaves[-1]:
        assert seal.hash_root([leaves[-1], *leaves[1:-1], leaves[0]]) != root


def test_the_chain_depends_on_every_root_before():
    roots = [seal.hash_leaf(bytes([n])) for n in range(3)]

    def run(roots):
        value = seal.GENESIS
        for root in roots:
            value = seal.chain(before=value, root=root)
        return value

    assert run(roots) != run([roots[1], roots[0], roots[2]])
    assert run(roots) != run(roots[:2])
