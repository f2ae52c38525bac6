"""The Merkle tree against the shared vectors, the known Certificate Transparency roots, and pymerkle."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency  # type: ignore[import-untyped]

from testimony.sealing.log import merkle
from testimony.sealing.log.errors import ProofBad
from tests.support.sealing.vectors import VECTORS

MERKLE = VECTORS["merkle"]
LEAVES = [bytes.fromhex(leaf) for leaf in MERKLE["leaves"]]
CT_ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Of the reference tests of Certificate Transparency (github.com/google/certificate-transparency, merkletree)."""


def test_the_roots_are_those_of_certificate_transparency() -> None:
    leaves = [merkle.leaf_hash(bytes.fromhex(entry)) for entry in CT_ENTRIES]
    assert [merkle.root(leaves[:size]).hex() for size in range(1, 9)] == CT_ROOTS
    assert leaves == LEAVES


def test_the_shared_roots_and_proofs_are_made_and_hold() -> None:
    for size, root in enumerate(MERKLE["roots"]):
        assert merkle.root(LEAVES[:size]).hex() == root
    for index, size, proof in MERKLE["inclusion"]:
        assert [node.hex() for node in merkle.inclusion_proof(LEAVES[:size], index)] == proof
        merkle.verify_inclusion(LEAVES[index], index, size, nodes(proof), merkle.root(LEAVES[:size]))
    for first, second, proof in MERKLE["consistency"]:
        assert [node.hex() for node in merkle.consistency_proof(LEAVES[:second], first)] == proof
        roots = merkle.root(LEAVES[:first]), merkle.root(LEAVES[:second])
        merkle.verify_consistency(first, second, *roots, nodes(proof))


def nodes(proof: list[str]) -> list[bytes]:
    return [bytes.fromhex(node) for node in proof]


@given(st.integers(1, 80), st.data())
def test_every_proof_holds_and_holds_for_nothing_else(size: int, draw: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(size)]
    root, index = merkle.root(leaves), draw.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(leaves, index)
    merkle.verify_inclusion(leaves[index], index, size, proof, root)
    wrong = [
        (leaves[index - 1] if size > 1 else bytes(32), index, size, proof, root),
        (leaves[index], index, size, [*proof, root], root),
        (leaves[index], index, size, proof, bytes(32)),
        (leaves[index], size, size, proof, root),
        (leaves[index], -1, size, proof, root),
    ]
    for case in wrong:
        with pytest.raises(ProofBad):
            merkle.verify_inclusion(*case)


@given(st.integers(1, 80), st.data())
def test_a_log_that_was_rewritten_proves_no_consistency(size: int, draw: st.DataObject) -> None:
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(size)]
    first = draw.draw(st.integers(0, size))
    proof = merkle.consistency_proof(leaves, first)
    roots = merkle.root(leaves[:first]), merkle.root(leaves)
    merkle.verify_consistency(first, size, *roots, proof)
    changed = [leaves[0][::-1], *leaves[1:]]
    rewritten = merkle.root(changed)
    wrong = [
        (first, size, roots[0], rewritten, merkle.consistency_proof(changed, first)),
        (first, size, roots[0], roots[1], [*proof, bytes(32)]),
        (size + 1, size, *roots, proof),
        (-1, size, *roots, proof),
    ]
    for case in wrong[1 if first == 0 else 0 :]:
        with pytest.raises(ProofBad):
            merkle.verify_consistency(*case)


def test_pymerkle_builds_the_same_trees_and_proofs() -> None:
    tree = InmemoryTree(algorithm="sha256")
    leaves = []
    for number in range(40):
        tree.append_entry(bytes([number]))
        leaves.append(merkle.leaf_hash(bytes([number])))
        assert tree.get_root() == merkle.root(leaves)
    for index in range(40):
        path = tree.prove_inclusion(index + 1, 40).serialize()["path"]
        assert sorted(path) == sorted(node.hex() for node in [leaves[index], *merkle.inclusion_proof(leaves, index)])
    for first in range(1, 41):
        verify_consistency(merkle.root(leaves[:first]), merkle.root(leaves), tree.prove_consistency(first, 40))


def test_proofs_of_what_is_not_there_are_not_made() -> None:
    with pytest.raises(IndexError):
        merkle.inclusion_proof(LEAVES, 8)
    with pytest.raises(IndexError):
        merkle.consistency_proof(LEAVES, 9)


def test_a_running_root_is_the_root_of_the_leaves_so_far() -> None:
    running, leaves = merkle.RunningRoot(), []
    assert running.root() == merkle.root(())
    for number in range(70):
        leaves.append(merkle.leaf_hash(str(number).encode()))
        running.add(leaves[-1])
        assert (running.size, running.root()) == (len(leaves), merkle.root(leaves))
